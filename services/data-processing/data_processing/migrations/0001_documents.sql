-- Documents, their current version with its chunks, and the ledger of every job.

CREATE TABLE document (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant      text NOT NULL,
    collection  text NOT NULL,
    external_id text NOT NULL,                    -- what the source calls it: a path, an address, a caller's id
    source      text NOT NULL,                    -- text, url, folder, upload
    name        text NOT NULL,
    title       text NOT NULL DEFAULT '',
    url         text,
    type        text NOT NULL DEFAULT '',         -- of the content: pdf, docx, html, text …
    metadata    jsonb NOT NULL DEFAULT '{}',
    status      text NOT NULL DEFAULT 'queued'
                CHECK (status IN ('queued', 'processing', 'indexed', 'failed', 'quarantined', 'deleting')),
    outcome     text,
    reason      text,
    blob        text,                             -- SHA-256 of the bytes of the current version
    pipeline    text NOT NULL DEFAULT '',         -- what made its chunks; another pipeline makes them anew
    version     integer NOT NULL DEFAULT 0,       -- the searchable one; 0: none yet
    tries       integer NOT NULL DEFAULT 0,       -- versions ever begun; the next one takes the next number
    stale       boolean NOT NULL DEFAULT false,   -- points of other versions may still be in the index
    crashes     integer NOT NULL DEFAULT 0,       -- of the parser on the bytes named in crashed_blob
    crashed_blob text,
    size        bigint NOT NULL DEFAULT 0,
    pages       integer,
    chunks      integer NOT NULL DEFAULT 0,
    text        text NOT NULL DEFAULT '',         -- canonical text; offsets of chunks and citations count in it
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    indexed_at  timestamptz,
    UNIQUE (tenant, collection, external_id)
);
CREATE INDEX document_listing ON document (tenant, created_at DESC, id DESC);
CREATE INDEX document_blob ON document (blob);
CREATE INDEX document_deleting ON document (updated_at) WHERE status = 'deleting';
ALTER TABLE document ENABLE ROW LEVEL SECURITY;
ALTER TABLE document FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON document USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));

CREATE TABLE chunk (
    document_id uuid NOT NULL REFERENCES document ON DELETE CASCADE,
    tenant      text NOT NULL,
    ordinal     integer NOT NULL,
    text        text NOT NULL,
    embed_text  text NOT NULL,                    -- the text with its section path in front: what is embedded
    tokens      integer NOT NULL,
    section     text NOT NULL DEFAULT '',
    page_start  integer,
    page_end    integer,
    char_start  integer NOT NULL,
    char_end    integer NOT NULL,
    has_table   boolean NOT NULL DEFAULT false,
    PRIMARY KEY (document_id, ordinal)
);
ALTER TABLE chunk ENABLE ROW LEVEL SECURITY;
ALTER TABLE chunk FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON chunk USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));

-- One line a file of a job: the plan before it is done, the result afterwards. A resumed job goes on with what is queued.
CREATE TABLE ledger (
    job_id      uuid NOT NULL REFERENCES job ON DELETE CASCADE,
    tenant      text NOT NULL,
    number      integer NOT NULL,                 -- order within the job
    document_id uuid,
    external_id text NOT NULL,
    name        text NOT NULL,
    title       text NOT NULL DEFAULT '',
    url         text,
    blob        text,                             -- SHA-256 of the bytes, once they are here
    size        bigint NOT NULL DEFAULT 0,
    content     text,                             -- of text documents, until they are done
    metadata    jsonb NOT NULL DEFAULT '{}',
    status      text NOT NULL DEFAULT 'queued'
                CHECK (status IN ('queued', 'indexed', 'unchanged', 'skipped', 'failed', 'deleted')),
    outcome     text,
    reason      text,
    chunks      integer NOT NULL DEFAULT 0,
    pages       integer,
    position    bigint,                           -- order in which lines were done, for readers of the event stream
    done_at     timestamptz,
    PRIMARY KEY (job_id, number),
    UNIQUE (job_id, external_id)
);
CREATE SEQUENCE ledger_position;
CREATE INDEX ledger_done ON ledger (job_id, position);
ALTER TABLE ledger ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ledger USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));
