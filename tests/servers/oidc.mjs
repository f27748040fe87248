// Copyright (c) 2026, The telephony.connector project
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A token endpoint by somebody else (npm oidc-provider) in the place of Entra ID: it really checks secrets, certificates
// and audiences, and signs its tokens with keys of its own.
//
// node oidc.mjs TENANT GRAPH_URL CERTIFICATE APP_CERTIFICATE, the latter two as paths without .crt/.key and with it;
// prints {"port": ...} when it is ready.
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { createPublicKey } from 'node:crypto';
import { Provider } from 'oidc-provider';

const [tenant, graph, certificate, appCertificate] = process.argv.slice(2);
const prefix = `/${tenant}/v2.0`;
const scope = `${graph}/.default`;
const jwk = { ...createPublicKey(readFileSync(appCertificate)).export({ format: 'jwk' }), use: 'sig' };
const common = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] };
const configuration = {
  clients: [
    {
      client_id: '11111111-2222-3333-4444-555555555555',
      client_secret: 's3cret',
      token_endpoint_auth_method: 'client_secret_post',
      ...common,
    },
    {
      client_id: '22222222-2222-3333-4444-555555555555',
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [jwk] },
      ...common,
    },
  ],
  scopes: [scope],
  clientAuthMethods: ['client_secret_post', 'private_key_jwt'],
  extraTokenClaims: () => ({ roles: ['User.Read.All', 'GroupMember.Read.All'] }),
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => graph,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope, audience: graph, accessTokenTTL: 3599, accessTokenFormat: 'jwt' }),
    },
  },
};

// Its own address stands in its documents, so the port must be known first.
let answer;
const options = { key: readFileSync(`${certificate}.key`), cert: readFileSync(`${certificate}.crt`) };
const server = https.createServer(options, (request, response) => {
  if (!request.url.startsWith(`${prefix}/`)) {
    response.writeHead(404);
    response.end();
    return;
  }
  request.originalUrl = request.url;
  request.url = request.url.slice(prefix.length);
  answer(request, response);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  answer = new Provider(`https://localhost:${port}${prefix}`, configuration).callback();
  console.log(JSON.stringify({ port }));
});
