-- Sources that are kept in step with the index: what they hold, what was done with it, and the runs that do it.

CREATE TABLE source (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant        text NOT NULL,
    kind          text NOT NULL,                  -- sharepoint, folder, url …: which connector
    name          text NOT NULL,
    config        jsonb NOT NULL,                 -- as its connector understands it; never a secret
    sealed        bytea,                          -- its secrets, encrypted
    access        jsonb NOT NULL,                 -- "source": as the source says; "client": everybody; or a list of readers
    collection    text NOT NULL,
    metadata      jsonb NOT NULL DEFAULT '{}',    -- kept with every document; a document's own values win
    schedule      text,                           -- a cron line or every:15m; null: only when asked
    timezone      text NOT NULL DEFAULT 'UTC',
    limits        jsonb NOT NULL DEFAULT '{}',    -- budgets of a run: files, megabytes, files_per_minute
    max_deletion_share real NOT NULL,             -- a run that would remove more than this stops and asks
    webhook       text,                           -- told when a run ends
    is_paused     boolean NOT NULL DEFAULT false,
    may_read_all  boolean NOT NULL DEFAULT false, -- who made it may act for every client
    by_person     boolean NOT NULL DEFAULT false, -- and is a person, who cannot open what others were kept from
    removing      text CHECK (removing IN ('keep', 'delete')),
    subject       text NOT NULL,                  -- who made it
    cursor        jsonb,                          -- where the next listing begins; null: everything is listed
    is_reset      boolean NOT NULL DEFAULT false, -- its config was changed: the next listing replaces all that is known
    due_at        timestamptz,                    -- the beat of its schedule,
    next_run_at   timestamptz,                    -- spread a little, so that not all begin together
    wanted_at     timestamptz,                    -- the source said that it has changed
    subscriptions jsonb NOT NULL DEFAULT '{}',    -- by which it is told so
    last_success_at timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant, name)
);
CREATE INDEX source_due ON source (next_run_at) WHERE removing IS NULL AND NOT is_paused;
CREATE INDEX source_newest ON source (created_at DESC, id DESC);
ALTER TABLE source ENABLE ROW LEVEL SECURITY;
ALTER TABLE source FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON source USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));

-- Secrets of a client for all its sources of a kind.
CREATE TABLE credential (
    tenant     text NOT NULL,
    kind       text NOT NULL,
    sealed     bytea NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, kind)
);
ALTER TABLE credential ENABLE ROW LEVEL SECURITY;
ALTER TABLE credential FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON credential USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));

-- A run is a job with this beside it.
CREATE TABLE source_run (
    id          uuid PRIMARY KEY REFERENCES job ON DELETE CASCADE,
    source_id   uuid NOT NULL REFERENCES source ON DELETE CASCADE,
    tenant      text NOT NULL,
    reason      text NOT NULL,                    -- schedule, request, notification, push, ingest
    is_dry      boolean NOT NULL DEFAULT false,
    is_approved boolean NOT NULL DEFAULT false,   -- somebody looked at the deletions and agreed
    stage       text NOT NULL DEFAULT 'listing'   -- what is still to be done
                CHECK (stage IN ('listing', 'merging', 'asking', 'working', 'ended')),
    is_told     boolean NOT NULL DEFAULT false,   -- the webhook of the source was told how it ended
    is_waiting  boolean NOT NULL DEFAULT false,   -- stopped before a mass deletion, until somebody decides
    deletions   integer NOT NULL DEFAULT 0,       -- how many documents it would remove
    cursor      jsonb,                            -- after the last page that was listed
    complete    text[] NOT NULL DEFAULT '{}',     -- partitions of which everything was listed
    scope       text[],                           -- folders whose content is wanted; null: all
    is_deep     boolean NOT NULL DEFAULT true,
    seen        integer NOT NULL DEFAULT 0,
    unchanged   integer NOT NULL DEFAULT 0,
    postponed   integer NOT NULL DEFAULT 0,       -- beyond the budget of the run; the next one goes on with them
    work_began  timestamptz,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX source_run_untold ON source_run (created_at) WHERE NOT is_told;
CREATE INDEX source_run_newest ON source_run (source_id, created_at DESC, id DESC);
ALTER TABLE source_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE source_run FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON source_run USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));

-- What a source holds as far as is known, and what of it was done.
CREATE TABLE source_item (
    source_id   uuid NOT NULL REFERENCES source ON DELETE CASCADE,
    tenant      text NOT NULL,
    key         text NOT NULL,                    -- what the source calls it for good; external_id of its document
    partition   text NOT NULL,
    parent      text,
    is_folder   boolean NOT NULL,
    name        text NOT NULL,
    path        text NOT NULL,
    title       text NOT NULL,
    url         text,
    size        bigint NOT NULL,
    tag         text NOT NULL,                    -- of its content
    metadata    jsonb NOT NULL,
    reference   jsonb NOT NULL,
    problem     text NOT NULL,                    -- why it cannot be taken, said by the source
    content     text,                             -- SHA-256 of bytes that listing brought along
    text        text,                             -- or the text that was pushed
    access      text[],                           -- who may read it; null: everybody of the client
    needs_access boolean NOT NULL DEFAULT false,  -- that is to be asked (again)
    access_problem text NOT NULL DEFAULT '',      -- why it could not be told
    shown_to    text[] DEFAULT '{}',              -- which people may see that it is there; null: everybody of the client
    is_wanted   boolean NOT NULL DEFAULT true,    -- it is there and within the scope
    is_gone     boolean NOT NULL DEFAULT false,
    seen_by     uuid,                             -- the last run that listed it
    document_id uuid REFERENCES document ON DELETE SET NULL,
    done_tag    text,                             -- what is indexed: of this content,
    done_path   text,                             -- from this place,
    done_access text[],                           -- for these readers,
    done_digest text,                             -- described by what had this digest
    blob        text,                             -- its bytes
    file_name   text,                             -- the name that tells their format, when it is another one
    failures    integer NOT NULL DEFAULT 0,       -- in a row
    reason      text,                             -- of the last one
    is_quarantined boolean NOT NULL DEFAULT false,
    PRIMARY KEY (source_id, key)
);
CREATE INDEX source_item_parent ON source_item (source_id, parent);
CREATE INDEX source_item_document ON source_item (document_id) WHERE document_id IS NOT NULL;
CREATE INDEX source_item_content ON source_item (content) WHERE content IS NOT NULL;
CREATE INDEX source_item_failed ON source_item (source_id, key) WHERE failures > 0;
ALTER TABLE source_item ENABLE ROW LEVEL SECURITY;
ALTER TABLE source_item FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON source_item USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));

-- What a run has listed and not yet compared.
CREATE TABLE source_listed (
    run_id      uuid NOT NULL REFERENCES source_run ON DELETE CASCADE,
    tenant      text NOT NULL,
    key         text NOT NULL,
    is_gone     boolean NOT NULL,
    partition   text NOT NULL DEFAULT '',
    parent      text,
    is_folder   boolean NOT NULL DEFAULT false,
    name        text NOT NULL DEFAULT '',
    path        text NOT NULL DEFAULT '',
    title       text NOT NULL DEFAULT '',
    url         text,
    size        bigint NOT NULL DEFAULT 0,
    tag         text NOT NULL DEFAULT '',
    metadata    jsonb NOT NULL DEFAULT '{}',
    reference   jsonb NOT NULL DEFAULT '{}',
    problem     text NOT NULL DEFAULT '',
    content     text,
    text        text,
    access      text[],
    has_new_readers boolean NOT NULL DEFAULT false,
    PRIMARY KEY (run_id, key)
);
CREATE INDEX source_listed_content ON source_listed (content) WHERE content IS NOT NULL;
ALTER TABLE source_listed ENABLE ROW LEVEL SECURITY;
ALTER TABLE source_listed FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON source_listed USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));

-- Documents say who may read them, and which source keeps them in step.
ALTER TABLE document ADD COLUMN access text[];    -- null: everybody of the client
ALTER TABLE document ADD COLUMN source_id uuid REFERENCES source ON DELETE SET NULL;
CREATE INDEX document_source ON document (source_id, id) WHERE source_id IS NOT NULL;
CREATE POLICY readers ON document AS RESTRICTIVE FOR SELECT USING (platform.reads(access));

ALTER TABLE ledger ADD COLUMN access text[];
ALTER TABLE ledger ADD COLUMN change text;        -- of a run: new, changed, moved, shared, deleted
ALTER TABLE ledger ADD COLUMN attempt integer NOT NULL DEFAULT 1;
ALTER TABLE ledger ADD COLUMN file_name text;     -- the name that tells the format of the bytes, when it is another one
ALTER TABLE ledger ADD COLUMN description text;   -- digest of what describes the document, to be noted with the item
ALTER TABLE ledger ADD COLUMN is_noted boolean NOT NULL DEFAULT true; -- false: its end is to be noted with the item
CREATE INDEX ledger_unnoted ON ledger (job_id) WHERE NOT is_noted AND status <> 'queued';
CREATE POLICY readers ON ledger AS RESTRICTIVE FOR SELECT USING (platform.reads(access));
CREATE POLICY readers ON source_item AS RESTRICTIVE FOR SELECT USING (platform.reads(shown_to));
