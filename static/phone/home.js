// A secretary's home on the phone: kept for reading where there is no signal. The worker shows the kept page with its line.
const kept = document.getElementById("kept");
addEventListener("offline", () => {
  kept.hidden = false;
});
// With the signal back the page loads itself anew. A network that has just come back may fail once more, and the worker
// shows the kept page where none comes in four seconds: asked beforehand, and again after 2 s, 4 s … at most a minute.
let pause = 2000;
let again = 0;
async function ask() {
  clearTimeout(again);
  if (!navigator.onLine || kept.hidden) return;
  const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(3500) }).catch(() => null);
  if (answer) return location.reload();
  again = setTimeout(ask, pause);
  pause = Math.min(pause * 2, 60000);
}
addEventListener("online", ask);
document.addEventListener("visibilitychange", () => document.hidden || ask());
ask();
if (navigator.serviceWorker) navigator.serviceWorker.register("/branches/home/worker.js", { scope: "/branches/home/" }).catch(() => {});
