-- Where pages begin inside a chunk that spans several: [[place in the document's text, page], …].

ALTER TABLE chunk ADD COLUMN pages jsonb NOT NULL DEFAULT '[]';
