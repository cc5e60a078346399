-- What was said of versions after they had been sent. A writing of them that was still on its way must not undo it.
CREATE TABLE description (
    tenant       text NOT NULL,
    collection   text NOT NULL,                   -- no reference: it may not have been made yet
    document_id  uuid NOT NULL,
    version      integer NOT NULL,
    url          text,
    metadata     jsonb NOT NULL,
    access       text[],                          -- who may read it; NULL: everybody of the client
    described_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, collection, document_id, version)
);
CREATE INDEX description_age ON description (tenant, collection, described_at);
ALTER TABLE description ENABLE ROW LEVEL SECURITY;
ALTER TABLE description FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON description USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));
