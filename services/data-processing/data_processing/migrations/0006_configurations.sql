-- Configurations among the documents: what engineering-api keeps of them, and their lines in chunks.

ALTER TABLE document ADD COLUMN config_ids uuid[] NOT NULL DEFAULT '{}'; -- of engineering-api
ALTER TABLE chunk ADD COLUMN line_start integer;
ALTER TABLE chunk ADD COLUMN line_end integer;
