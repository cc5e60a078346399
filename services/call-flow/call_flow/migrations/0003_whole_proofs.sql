-- Whether a proof made all calls of the plan. One of some calls says nothing of the version as a whole.

ALTER TABLE proof ADD COLUMN is_whole boolean NOT NULL DEFAULT true;
DROP INDEX proof_of;
CREATE INDEX proof_of ON proof (tenant, flow_id, hash, created_at DESC) WHERE is_whole;
