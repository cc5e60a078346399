-- Versions that were removed. A writing of them that was still on its way must not bring them back.
CREATE TABLE removal (
    tenant      text NOT NULL,
    collection  text NOT NULL,                    -- no reference: it may not have been made yet
    document_id uuid NOT NULL,
    versions    int4multirange NOT NULL,
    removed_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, collection, document_id)
);
CREATE INDEX removal_age ON removal (tenant, collection, removed_at);
ALTER TABLE removal ENABLE ROW LEVEL SECURITY;
ALTER TABLE removal FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON removal USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));

-- What its builder calls a generation: who asks again, not knowing whether the first time succeeded, gets the same one.
ALTER TABLE generation ADD COLUMN key uuid;
CREATE UNIQUE INDEX generation_key ON generation (collection, key);
