// The service worker of a secretary's home: the shell by its hashed names, and the one page for the phone, to be read where
// there is no signal. A kept page shows the line that says when it was true.
const SHELL_NAMES = self.SHELL || [];
const SHELL_CACHE = `home shell ${SHELL_NAMES.join(" ")}`;
const PAGES = "home pages";
const HOME = "/branches/home/";
const PHONE = "/branches/home/phone/";
const PATIENCE = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL_CACHE).then((cache) => cache.addAll(SHELL_NAMES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("home shell ") && name !== SHELL_CACHE);
  const first = fetch(PHONE).then(remember).catch(() => {});
  event.waitUntil(
    Promise.all([first, caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name))))]).then(() =>
      self.clients.claim(),
    ),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (SHELL_NAMES.includes(url.pathname)) event.respondWith(shell(request));
  else if (request.mode === "navigate" && (url.pathname === HOME || url.pathname === PHONE) && !url.search)
    event.respondWith(page(request, url));
});

async function shell(request) {
  return (await caches.match(request, { ignoreSearch: true })) || fetch(request);
}

async function remember(response) {
  const isPage = response.ok && !response.redirected && (response.headers.get("Content-Type") || "").startsWith("text/html");
  if (isPage) await (await caches.open(PAGES)).put(PHONE, response.clone());
  // Sent to sign in, or refused: whoever holds the phone now is somebody else, and finds nothing.
  else if (response.type === "opaqueredirect" || response.redirected || response.status === 403) await caches.delete(PAGES);
  return response;
}

async function page(request, url) {
  const asked = fetch(request).then((response) => (url.pathname === PHONE ? remember(response) : response));
  try {
    return await Promise.race([asked, new Promise((done, fail) => setTimeout(fail, PATIENCE))]);
  } catch (error) {
    const held = await (await caches.open(PAGES)).match(PHONE);
    return held ? dated(held) : asked.catch(() => nothing());
  }
}

// The page carries the line with its own time, hidden while it is fresh. Its headers, the policy among them, stay.
async function dated(held) {
  const html = (await held.text()).replace(/(id="kept"[^>]*?) hidden/, "$1");
  return new Response(html, { status: 200, headers: held.headers });
}

function nothing() {
  const words = "没有信号，手机里还没有存过这一页。有信号时打开一次，以后没有信号也能看。";
  const html = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>没有信号</title><p>${words}</p>`;
  return new Response(html, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}
