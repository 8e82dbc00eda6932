// An OpenID provider on this machine.  Arguments: port, address to come back to.  Who signs in is a cookie: {"sub", "amr", "acr"}.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import process from "node:process";

const [port, back] = process.argv.slice(2);
const installed = createRequire(`${process.cwd()}/`).resolve("oidc-provider");
const { default: Provider } = await import(pathToFileURL(installed));
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "desk",
      client_secret: "a secret/with+signs & 32 characters",
      redirect_uris: [back],
      post_logout_redirect_uris: [new URL("/sign-in/", back).href],
    },
  ],
  pkce: { required: () => true },
  acrValues: ["two"],
  claims: { openid: ["sub", "amr", "acr"], auth_time: null },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
  findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
});
provider.use(async (context, next) => {
  if (!context.path.startsWith("/interaction/")) return next();
  const { prompt, params, session } = await provider.interactionDetails(context.req, context.res);
  let result;
  if (prompt.name === "login") {
    const { sub, amr, acr } = JSON.parse(Buffer.from(context.cookies.get("who"), "base64url"));
    result = { login: { accountId: sub, amr, acr } };
  } else {
    const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope("openid");
    result = { consent: { grantId: await grant.save() } };
  }
  await provider.interactionFinished(context.req, context.res, result, { mergeWithLastSubmission: true });
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
