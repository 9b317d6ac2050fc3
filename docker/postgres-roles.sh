#!/bin/sh
# Creates the database, the role that owns its tables and runs the migrations, and the role of the application.
set -e
psql --set=ON_ERROR_STOP=1 --username=postgres \
  --set=owner="$LEDGER_POSTGRES_OWNER_PASSWORD" --set=application="$LEDGER_POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE ledger_owner LOGIN PASSWORD :'owner';
CREATE ROLE ledger LOGIN PASSWORD :'application';
CREATE DATABASE ledger OWNER ledger_owner;
SQL
