-- What a job that embeds a collection anew has done so far.

CREATE TABLE reembedded (
    job_id      uuid NOT NULL REFERENCES job ON DELETE CASCADE,
    document_id uuid NOT NULL,                    -- no reference: deleted documents must be found here
    tenant      text NOT NULL,
    version     integer NOT NULL,
    done        boolean NOT NULL DEFAULT false,   -- false: on its way, something of it may be in the index
    PRIMARY KEY (job_id, document_id)
);
ALTER TABLE reembedded ENABLE ROW LEVEL SECURITY;
ALTER TABLE reembedded FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON reembedded USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));
CREATE INDEX job_reindex ON job ((payload ->> 'collection')) WHERE kind = 'reindex';
CREATE INDEX document_collection ON document (collection, tenant, id);
