// The service worker of merchants' phones: the shell by its hashed names, and the first page, for where there is no signal.
// A coupon cannot be looked up without a network; in its place stands the first page, which says what waits in the phone.
const SHELL_NAMES = self.SHELL || [];
const SHELL_CACHE = `merchant shell ${SHELL_NAMES.join(" ")}`;
const PAGES = "merchant pages";
const HOME = "/supply/m/";
const PATIENCE = 6000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL_CACHE).then((cache) => cache.addAll(SHELL_NAMES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("merchant shell ") && name !== SHELL_CACHE);
  const first = fetch(HOME).then(remember).catch(() => {});
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
  else if (request.mode === "navigate" && url.pathname.startsWith(HOME)) event.respondWith(page(request, url));
});

async function shell(request) {
  return (await caches.match(request, { ignoreSearch: true })) || fetch(request);
}

async function remember(response) {
  const isPage = response.ok && !response.redirected && (response.headers.get("Content-Type") || "").startsWith("text/html");
  if (isPage) await (await caches.open(PAGES)).put(HOME, response.clone());
  // A phone that was ended keeps no page of the shop.
  if (response.status === 403) await caches.delete(PAGES);
  return response;
}

async function page(request, url) {
  const asked = fetch(request).then((response) => (url.pathname === HOME ? remember(response) : response));
  try {
    return await Promise.race([asked, new Promise((done, fail) => setTimeout(fail, PATIENCE))]);
  } catch (error) {
    const kept = await (await caches.open(PAGES)).match(HOME);
    return kept || asked.catch(() => nothing());
  }
}

function nothing() {
  const words = "没有信号，这一页手机里没有。有信号了再打开；没有核实的券先别给优惠。";
  const html = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>没有信号</title><p>${words}</p>`;
  return new Response(html, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}
