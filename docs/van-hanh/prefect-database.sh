#!/bin/sh
# Chạy một lần khi PostgreSQL khởi tạo: cơ sở dữ liệu riêng của Prefect, với phần mở rộng mà nó cần.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set password="$PREFECT_PASSWORD" <<'SQL'
CREATE ROLE prefect LOGIN PASSWORD :'password';
CREATE DATABASE prefect OWNER prefect;
\connect prefect
CREATE EXTENSION IF NOT EXISTS pg_trgm;
SQL
