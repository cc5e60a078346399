-- Devices, the configurations they had, and what was calculated.

CREATE TABLE device (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant     text NOT NULL,
    site       text NOT NULL DEFAULT '',
    key        text NOT NULL,                     -- the host name in lower case, or the name of the file
    name       text NOT NULL,
    platform   text NOT NULL,
    latest     uuid,                              -- its newest configuration
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant, site, key),
    UNIQUE (tenant, id)
);
CREATE INDEX device_listing ON device (created_at DESC, id DESC);
ALTER TABLE device ENABLE ROW LEVEL SECURITY;
ALTER TABLE device FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON device USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));

-- A configuration as it was handed over. Its text has no secrets in it; the original is kept only encrypted, if at all.
CREATE TABLE config (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant      text NOT NULL,
    device_id   uuid NOT NULL,
    number      integer NOT NULL,                 -- 1, 2, 3 … of its device as they came
    name        text NOT NULL,                    -- of the file
    platform    text NOT NULL,
    is_told     boolean NOT NULL,                 -- the platform was told, not recognised
    confidence  real NOT NULL,
    form        text NOT NULL,
    encoding    text NOT NULL,
    text        text NOT NULL,
    hash        text NOT NULL,                    -- SHA-256 of the text: the same again is the same configuration
    original    bytea,                            -- sealed: oberaconnect.sealed
    lines       integer NOT NULL,
    read        integer NOT NULL,                 -- lines that say something
    facts       jsonb NOT NULL,
    unparsed    integer NOT NULL,
    redactions  jsonb NOT NULL,                   -- how many of each kind
    reader      integer NOT NULL,                 -- which reader made the facts; an older one's are made anew
    document_id uuid,                             -- of data-processing, when it was found there
    subject     text NOT NULL,                    -- the credential by which it came
    created_at  timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (tenant, device_id) REFERENCES device (tenant, id) ON DELETE CASCADE,
    UNIQUE (tenant, id),
    UNIQUE (tenant, device_id, number)
);
CREATE INDEX config_listing ON config (created_at DESC, id DESC);
CREATE INDEX config_of ON config (tenant, device_id, number DESC);
ALTER TABLE config ENABLE ROW LEVEL SECURITY;
ALTER TABLE config FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON config USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));

-- What a tool calculated, so that an answer can cite it.
CREATE TABLE calculation (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant     text NOT NULL,
    tool       text NOT NULL,
    arguments  jsonb NOT NULL,
    result     jsonb NOT NULL,
    subject    text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX calculation_listing ON calculation (created_at DESC, id DESC);
ALTER TABLE calculation ENABLE ROW LEVEL SECURITY;
ALTER TABLE calculation FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON calculation USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));

-- A finding that somebody decided to live with.
CREATE TABLE waiver (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant     text NOT NULL,
    rule       text NOT NULL,
    device_id  uuid,                              -- null: on every device of the client
    evidence   text NOT NULL DEFAULT '',          -- part of a line: only findings with such a line
    reason     text NOT NULL,
    expires_on date,
    subject    text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (tenant, device_id) REFERENCES device (tenant, id) ON DELETE CASCADE
);
CREATE INDEX waiver_listing ON waiver (created_at DESC, id DESC);
ALTER TABLE waiver ENABLE ROW LEVEL SECURITY;
ALTER TABLE waiver FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON waiver USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));

-- What an audit found on one configuration: scores over time are read from here.
CREATE TABLE audit (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant     text NOT NULL,
    device_id  uuid NOT NULL,
    config_id  uuid NOT NULL,
    ruleset    text NOT NULL,
    score      real NOT NULL,                     -- 0 to 100
    counts     jsonb NOT NULL,                    -- findings by severity, those waived apart
    findings   jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (tenant, config_id) REFERENCES config (tenant, id) ON DELETE CASCADE
);
CREATE INDEX audit_of ON audit (tenant, device_id, created_at DESC);
ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON audit USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));

-- A document; its id is that of the job which writes it, and until that has ended it has no text.
CREATE TABLE document (
    id         uuid PRIMARY KEY,
    tenant     text NOT NULL,
    template   text NOT NULL,
    title      text NOT NULL,
    markdown   text NOT NULL DEFAULT '',
    sources    jsonb NOT NULL DEFAULT '[]',       -- the configurations it was written from
    sections   jsonb NOT NULL DEFAULT '[]',       -- those that it has, in their order
    notes      jsonb NOT NULL DEFAULT '[]',       -- what is worth knowing about how it came to be
    subject    text NOT NULL,                     -- the credential that asked for it
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant, id)
);
CREATE INDEX document_listing ON document (created_at DESC, id DESC);
ALTER TABLE document ENABLE ROW LEVEL SECURITY;
ALTER TABLE document FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON document USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));

CREATE TABLE document_file (
    document_id uuid NOT NULL,
    tenant      text NOT NULL,
    format      text NOT NULL,
    content     bytea NOT NULL,
    PRIMARY KEY (document_id, format),
    FOREIGN KEY (tenant, document_id) REFERENCES document (tenant, id) ON DELETE CASCADE
);
ALTER TABLE document_file ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_file FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON document_file USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));
