// Prints the e-mail address and the password hash of n8n's owner, made of N8N_BASIC_AUTH_USER and N8N_BASIC_AUTH_PASSWORD.
// n8n itself has known neither variable since its release 1.0. Usage: node owner.cjs PATH-OF-N8N
'use strict';

const { createHmac } = require('node:crypto');
const { createRequire } = require('node:module');

const required = createRequire(process.argv[2]);
const bcrypt = required('bcryptjs');
const { isEmail } = required('class-validator');

/** What a plain name is completed with: n8n knows its users by e-mail address. */
const DOMAIN = 'oberaconnect.local';
/** n8n's own rounds. */
const ROUNDS = 10;

function refuse(sentence) {
  console.error(`n8n cannot start: ${sentence} Mend it in .env, then: make up`);
  process.exit(1);
}

function address(user) {
  const email = (user.includes('@') ? user : `${user}@${DOMAIN}`).toLowerCase();
  if (!isEmail(email)) {
    refuse(`N8N_BASIC_AUTH_USER must be an e-mail address or a plain name (letters, digits, ". _ -"), not "${user}".`);
  }
  return email;
}

/** As n8n itself asks for when a password is typed in. bcrypt takes no more than 72 bytes. */
function checked(password) {
  const fits = password.length >= 8 && password.length <= 64 && Buffer.byteLength(password) <= 72;
  if (!fits || !/[0-9]/.test(password) || !/[A-Z]/.test(password)) {
    refuse('N8N_BASIC_AUTH_PASSWORD must have 8 to 64 characters, with a digit and a capital letter.');
  }
  return password;
}

/** Follows from the secrets, so that a restart makes the same hash again: with another hash n8n ends every session. */
function salt(email, password) {
  const bytes = createHmac('sha256', process.env.N8N_ENCRYPTION_KEY).update(`owner\n${email}\n${password}`).digest();
  return `$2b$${ROUNDS}$${bcrypt.encodeBase64(bytes.subarray(0, 16), 16)}`;
}

for (const name of ['N8N_BASIC_AUTH_USER', 'N8N_BASIC_AUTH_PASSWORD', 'N8N_ENCRYPTION_KEY']) {
  if (!process.env[name]?.trim()) refuse(`${name} is missing ('make setup' writes it into .env).`);
}
const email = address(process.env.N8N_BASIC_AUTH_USER.trim());
const password = checked(process.env.N8N_BASIC_AUTH_PASSWORD);
console.error(`n8n's owner signs in as ${email} with N8N_BASIC_AUTH_PASSWORD.`);
console.log(`${email} ${bcrypt.hashSync(password, salt(email, password))}`);
