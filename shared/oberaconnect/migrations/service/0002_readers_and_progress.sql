-- Whom a job may read for, and how far it ever came.
ALTER TABLE job ADD COLUMN readers text[];                        -- NULL: its caller is no person, and reads everything
ALTER TABLE job ADD COLUMN furthest bigint NOT NULL DEFAULT 0;    -- the largest done + total: past it, attempts count anew
