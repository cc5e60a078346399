// Brings the platform's credentials and workflows into n8n while it starts, before it opens the webhooks.
//
// Inside n8n's own process (an external hook), with the commands of its command line: as processes of their own they would
// take ten seconds each. The credentials are written at every start, so that a changed key is taken over. A workflow is
// written when it is new, or when its file changed since and nobody changed, archived or deleted it in n8n.
'use strict';

const { createHash, randomUUID } = require('node:crypto');
const { readFileSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const FOLDER = join(__dirname, 'workflows');
/** The row of n8n's table of settings that holds, for each workflow, the fingerprint of what was last brought in. */
const RECORD = 'oberaconnect.workflows';

const n8n = (name) => require.main.require(name);
const say = (sentence) => console.log(`oberaconnect: ${sentence}`);

/** Runs a command of n8n's command line here. Raises what it raises. */
async function run(name, flags) {
  n8n(`../dist/commands/${name.replace(':', '/')}.js`);
  const { Container } = n8n('@n8n/di');
  const { CommandMetadata } = n8n('@n8n/decorators');
  const entry = Container.get(CommandMetadata).get(name);
  const command = Container.get(entry.class);
  command.flags = entry.flagsSchema.parse(flags);
  await command.run();
}

function secret(name) {
  const value = process.env[name];
  delete process.env[name];
  if (!value) throw new Error(`${name} is missing ('make setup' writes it into .env)`);
  return value;
}

function credentials() {
  const type = 'httpHeaderAuth';
  const bearer = { name: 'Authorization', value: `Bearer ${secret('N8N_GATEWAY_KEY')}` };
  const toGateway = { allowedHttpRequestDomains: 'domains', allowedDomains: 'gateway' };
  const webhookKey = secret('N8N_WEBHOOK_KEY');
  const key = { name: 'X-Webhook-Key', value: webhookKey };
  const person = { user: 'oberaconnect', password: webhookKey };
  const toNobody = { allowedHttpRequestDomains: 'none' };
  return [
    { id: 'oberaconnect-gateway', name: 'OberaConnect gateway', type, data: { ...bearer, ...toGateway } },
    { id: 'oberaconnect-webhooks', name: 'OberaConnect webhooks', type, data: { ...key, ...toNobody } },
    { id: 'oberaconnect-forms', name: 'OberaConnect forms', type: 'httpBasicAuth', data: { ...person, ...toNobody } },
  ];
}

async function bringCredentials() {
  const file = join(tmpdir(), `${randomUUID()}.json`);
  try {
    writeFileSync(file, JSON.stringify(credentials()), { mode: 0o600 });
    await run('import:credentials', { input: file });
  } finally {
    rmSync(file, { force: true });
  }
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

/** The same for a file and for the row that n8n made of it, as long as nobody changes the row. */
function fingerprint({ name, nodes, connections, settings, isArchived = false }) {
  const content = JSON.stringify(sorted({ name, nodes, connections, settings, isArchived }));
  return createHash('sha256').update(content).digest('hex');
}

/** What is to be done with a shipped workflow, given its row in n8n and the fingerprint brought in last. */
function decide(shipped, row, known) {
  if (!row) return known ? 'deleted' : 'new';
  const there = fingerprint(row);
  if (there === fingerprint(shipped)) return 'same';
  if (there !== known) return 'changed';
  return 'outdated';
}

async function bringWorkflow(file, Workflow, known) {
  const path = join(FOLDER, file);
  const shipped = JSON.parse(readFileSync(path, 'utf8'));
  const row = await Workflow.findOneBy({ id: shipped.id });
  const verdict = decide(shipped, row, known[shipped.id]);
  if (verdict === 'new' || verdict === 'outdated') {
    await run('import:workflow', { input: path });
    // Whoever switched it off wants it off in the next release, too.
    if (!row || row.activeVersionId) await run('publish:workflow', { id: shipped.id });
    say(`brought in the workflow "${shipped.name}" (${file})`);
  }
  if (verdict === 'changed') say(`left the workflow "${row.name}" as it was changed in n8n (${file})`);
  return ['changed', 'deleted'].includes(verdict) ? {} : { [shipped.id]: fingerprint(shipped) };
}

async function bringWorkflows({ Settings, Workflow }) {
  const stored = await Settings.findOneBy({ key: RECORD });
  let known = stored ? JSON.parse(stored.value) : {};
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.json')).sort()) {
    try {
      known = { ...known, ...(await bringWorkflow(file, Workflow, known)) };
    } catch (error) {
      say(`could not bring in the workflow of ${file}: ${error.message}`);
    }
  }
  await Settings.upsert({ key: RECORD, value: JSON.stringify(known), loadOnStartup: false }, ['key']);
}

async function seed() {
  try {
    await bringCredentials();
    await bringWorkflows(this.dbCollections);
  } catch (error) {
    // The users' own workflows must not wait for ours.
    say(`the platform's credentials and workflows could not be brought in: ${error.message}`);
  }
}

module.exports = { n8n: { ready: [seed] } };
