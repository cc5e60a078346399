-- Collections of vectors. All clients share a collection's points in the vector store; who holds something in it is below.

CREATE TABLE collection (
    name        text PRIMARY KEY,
    active      integer NOT NULL,                 -- the generation that is searched
    previous    integer,                          -- the one before it, kept for a rollback
    latest      integer NOT NULL,                 -- the last number given out: none is used twice
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- The points of a collection as one embedder made them. Neither active nor previous: it is being built.
CREATE TABLE generation (
    collection  text NOT NULL REFERENCES collection ON DELETE CASCADE,
    number      integer NOT NULL,
    fingerprint text NOT NULL,                    -- of the embedder; vectors of different ones must never meet
    dimension   integer NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (collection, number)
);

-- Who holds something in a collection. Nobody else learns that it exists.
CREATE TABLE holding (
    collection  text NOT NULL REFERENCES collection ON DELETE CASCADE,
    tenant      text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (collection, tenant)
);
ALTER TABLE holding ENABLE ROW LEVEL SECURITY;
ALTER TABLE holding FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON holding USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));
