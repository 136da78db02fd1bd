#!/bin/sh
# Runs once, when the database is made: the product's own role owns its database and is no superuser.
set -eu
psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 --set password="$SHIMEN_DB_PASSWORD" <<'SQL'
CREATE ROLE shimen LOGIN PASSWORD :'password';
CREATE DATABASE shimen OWNER shimen;
SQL
