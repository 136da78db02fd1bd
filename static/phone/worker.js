// The service worker of /v/: the shell by its hashed names, and the pages of the day, for where there is no signal.
// Pages come from the network while it answers within a few seconds, so nobody looks at yesterday's list by habit.
// Deliveries are not its business: the pages do them, and it lets every POST pass.
const SHELL_NAMES = self.SHELL || [];
const SHELL_CACHE = `shell ${SHELL_NAMES.join(" ")}`;
const PAGES = "pages";
const OWNER = "/v/owner";
const PATIENCE = 4000;
// A page fetched ahead is not fetched again for this long.
const FRESH = 20 * 60 * 1000;
const NEVER = /^\/v\/(token|find|worker\.js|door\/[^/]+\/call)/;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL_CACHE).then((cache) => cache.addAll(SHELL_NAMES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("shell ") && name !== SHELL_CACHE);
  event.waitUntil(
    caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (SHELL_NAMES.includes(url.pathname)) event.respondWith(shell(request));
  else if (request.mode === "navigate" && !NEVER.test(url.pathname)) event.respondWith(page(request, url));
});

async function shell(request) {
  return (await caches.match(request, { ignoreSearch: true })) || fetch(request);
}

const isPage = (response) =>
  response.ok && !response.redirected && (response.headers.get("Content-Type") || "").startsWith("text/html");

async function page(request, url) {
  const cache = await caches.open(PAGES);
  const asked = fetch(request).then((response) => {
    if (isPage(response) && !url.search) cache.put(url.pathname, response.clone());
    return response;
  });
  const late = new Promise((done, fail) => setTimeout(fail, PATIENCE));
  try {
    return await Promise.race([asked, late]);
  } catch (error) {
    const kept = (await cache.match(url.pathname)) || (url.pathname.startsWith("/v/visits/") && (await cache.match("/v/")));
    return kept || asked.catch(() => nothing());
  }
}

function nothing() {
  const words = "没有信号，这一页手机里没有。回到今天的单子，已存的店都能记。";
  const html = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>没有信号</title><p>${words}</p><p><a href="/v/">回到今天</a></p></html>`;
  return new Response(html, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}

// The pages of the day, fetched ahead; another person's pages are thrown away first.
self.addEventListener("message", (event) => event.waitUntil(prepare(event.data)));

async function prepare({ who, pages }) {
  let cache = await caches.open(PAGES);
  const owner = await cache.match(OWNER);
  if (!owner || (await owner.text()) !== who) {
    await caches.delete(PAGES);
    cache = await caches.open(PAGES);
    await cache.put(OWNER, new Response(who));
  }
  for (const path of pages) {
    const kept = await cache.match(path);
    if (kept && Date.now() - Date.parse(kept.headers.get("Date") || 0) < FRESH && path !== "/v/") continue;
    try {
      const response = await fetch(path, { headers: { Accept: "text/html" } });
      if (isPage(response)) await cache.put(path, response);
    } catch (error) {
      return;
    }
  }
}
