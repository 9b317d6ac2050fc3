-- A person's subscription is said when they register; what says nothing of it later must be insertable as such.
ALTER TABLE person_standing ALTER COLUMN subscription DROP NOT NULL;
