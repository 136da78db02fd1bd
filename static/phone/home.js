// A secretary's home on the phone: kept for reading where there is no signal. The worker shows the kept page with its line.
const kept = document.getElementById("kept");
addEventListener("offline", () => {
  kept.hidden = false;
});
addEventListener("online", () => location.reload());
if (navigator.serviceWorker) navigator.serviceWorker.register("/branches/home/worker.js", { scope: "/branches/home/" }).catch(() => {});
