// node start-oidc.mjs DIR REDIRECT_URI
//
// A certified OpenID provider (npm oidc-provider) on a free port of this machine. Prints "issuer http://127.0.0.1:N" when
// it answers. Ends when it is told to or when its standard input closes.
// DIR/users.json says who there is: {"ada": {"email": ..., "given_name": ...}}; it is read at every sign-in, and any
// password is right. The client is app / app-secret, and has to use PKCE.
// PUT /__fault {"kind": K} spoils what is said from then on: "none" spoils nothing, the others are below.
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [dir, redirectUri] = process.argv.slice(2);
const here = path.dirname(fileURLToPath(import.meta.url));
const home = path.join(here, '../../target/real/oidc-provider/node_modules/x.js');
const { default: Provider } = await import(pathToFileURL(createRequire(home).resolve('oidc-provider')));

const server = http.createServer((request, response) => answer(request, response));
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const issuer = `http://127.0.0.1:${server.address().port}`;

const pair = () => crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const [ours, foreign] = [pair(), pair()];
const jwk = { ...ours.export({ format: 'jwk' }), kid: 'ours', use: 'sig', alg: 'RS256' };
const users = () => JSON.parse(fs.readFileSync(path.join(dir, 'users.json')));
let fault = { kind: 'none' };

const provider = new Provider(issuer, {
  clients: [{ client_id: 'app', client_secret: 'app-secret', redirect_uris: [redirectUri], response_types: ['code'], grant_types: ['authorization_code'] }],
  jwks: { keys: [jwk] },
  cookies: { keys: ['k'] },
  pkce: { required: () => true },
  conformIdTokenClaims: false,
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['given_name', 'family_name', 'preferred_username'] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_context, id) => users()[id] && { accountId: id, claims: () => ({ sub: id, preferred_username: id, ...users()[id] }) },
});
provider.use(async (context, next) => {
  await next();
  if (context.path === '/token' && context.body?.id_token) context.body = { ...context.body, id_token: spoiled(context.body.id_token) };
});
const callback = provider.callback();

function spoiled(token) {
  const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
  const now = Math.floor(Date.now() / 1000);
  const { sub, ...nobody } = claims;
  switch (fault.kind) {
    case 'bad_sig': return signed(claims, foreign);
    case 'alg_none': return `${text({ alg: 'none' })}.${text(claims)}.`;
    case 'hs256_pubkey': return maced(claims);
    case 'expired': return signed({ ...claims, iat: now - 7200, exp: now - 3600 }, ours);
    case 'future': return signed({ ...claims, nbf: now + 3600, iat: now + 3600, exp: now + 7200 }, ours);
    case 'wrong_iss': return signed({ ...claims, iss: 'https://evil.test' }, ours);
    case 'wrong_aud': return signed({ ...claims, aud: 'someone-else' }, ours);
    case 'wrong_nonce': return signed({ ...claims, nonce: 'replayed' }, ours);
    case 'no_sub': return signed(nobody, ours);
    default: return token;
  }
}

function text(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signed(claims, key) {
  const message = `${text({ alg: 'RS256', kid: 'ours' })}.${text(claims)}`;
  return `${message}.${crypto.sign('sha256', Buffer.from(message), key).toString('base64url')}`;
}

function maced(claims) {
  const message = `${text({ alg: 'HS256', kid: 'ours' })}.${text(claims)}`;
  const pem = crypto.createPublicKey(ours).export({ type: 'spki', format: 'pem' });
  return `${message}.${crypto.createHmac('sha256', pem).update(message).digest('base64url')}`;
}

function answer(request, response) {
  if (request.url === '/__fault') {
    let body = '';
    request.on('data', (part) => { body += part; }).on('end', () => { fault = JSON.parse(body); response.end('ok'); });
    return;
  }
  if (request.url.startsWith('/token')) {
    if (fault.kind === 'drop') { request.socket.destroy(); return; }
    if (fault.kind === '500') { response.statusCode = 500; response.end('boom'); return; }
    if (fault.kind === 'bad_json') { response.setHeader('content-type', 'application/json'); response.end('{"access_token": '); return; }
    if (fault.kind === 'slow') { setTimeout(() => callback(request, response), 6000); return; }
  }
  callback(request, response);
}

process.stdin.on('end', () => process.exit()).resume();
console.log(`issuer ${issuer}`);
