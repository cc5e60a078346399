-- What became of each line, or element, of what a version was imported from.

CREATE TABLE ledger_line (
    tenant     text NOT NULL,
    flow_id    text NOT NULL,
    hash       text NOT NULL,
    position   integer NOT NULL,                  -- 1, 2, 3 … as they came in
    file       text NOT NULL,
    line       integer,                           -- of a text
    pointer    text,                              -- of a JSON document
    text       text NOT NULL,
    status     text NOT NULL CHECK (status IN ('understood', 'approximated', 'ignored')),
    reason     text NOT NULL,
    PRIMARY KEY (tenant, flow_id, hash, position),
    FOREIGN KEY (tenant, flow_id, hash) REFERENCES version ON DELETE CASCADE
);
ALTER TABLE ledger_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_line FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ledger_line USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));
