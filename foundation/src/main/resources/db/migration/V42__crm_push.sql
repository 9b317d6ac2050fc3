-- How often Salesforce has said no to a value, not counting what passes by itself; from some number on it is set aside.
ALTER TABLE crm_record ADD COLUMN refusals integer NOT NULL DEFAULT 0;

-- Since when a value waits to be written there; of no meaning where none does.
ALTER TABLE crm_record ADD COLUMN push_since timestamptz NOT NULL DEFAULT now();
