-- What the index may hold too much of is found at once, and so is whatever refers to a blob.

CREATE INDEX document_stale ON document (id) WHERE stale;
CREATE INDEX document_crashed_blob ON document (crashed_blob) WHERE crashed_blob IS NOT NULL;
CREATE INDEX ledger_blob ON ledger (blob) WHERE blob IS NOT NULL;

-- Lists of all clients are read by age.
CREATE INDEX document_newest ON document (created_at DESC, id DESC);
CREATE INDEX job_newest ON job (created_at DESC, id DESC);

-- A deleted document leaves nothing in the ledgers that named it.
CREATE INDEX ledger_document ON ledger (document_id) WHERE document_id IS NOT NULL;

-- A file may lie deeper than the name of a document is long.
ALTER TABLE ledger ADD COLUMN path text;          -- of a file, below the inbox
