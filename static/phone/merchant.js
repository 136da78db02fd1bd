// A merchant's phone: a coupon is set aside first (that needs the network for a moment), and then used. Between the two stands
// a signed slip in this phone's store, so whatever happens to the network the coupon is this shop's until the slip runs out,
// and is used once when it is back. Nothing here is needed: without this script the form posts itself and does both at once.
const STORE = "shimen-slips";
const PATIENCE = 8000;
const SOON = 2000;
const HOME = "/supply/m/";

// ---- what waits in this phone

function slips() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) || [];
  } catch (error) {
    return [];
  }
}
const keep = (list) => localStorage.setItem(STORE, JSON.stringify(list));
const add = (slip) => keep([...slips().filter((one) => one.id !== slip.id && one.short !== slip.short), slip]);
const drop = (id) => keep(slips().filter((one) => one.id !== id));

// ---- talking to the server

const late = () => new Promise((done, fail) => setTimeout(fail, PATIENCE));

async function ask(path, body) {
  const sent = fetch(HOME + path, {
    method: "POST",
    body: new URLSearchParams(body),
    headers: { Accept: "application/json" },
    redirect: "manual",
  });
  const answer = await Promise.race([sent, late()]);
  // A proxy's or a sign-in page of the network is no answer of ours.
  const said = await answer.json();
  return { status: answer.status, said };
}

let asking;
function flush() {
  asking = asking || confirmAll().finally(() => {
    asking = null;
  });
  return asking;
}

let pause = SOON;
let again = 0;
async function confirmAll() {
  let done = 0;
  for (const slip of slips()) {
    if (slip.problem) continue;
    let answer;
    try {
      answer = await ask("confirm/", { slip: slip.slip });
    } catch (error) {
      break;
    }
    if (answer.status === 200) {
      drop(slip.id);
      done += 1;
    } else if (answer.status === 403 || answer.status === 422) {
      add({ ...slip, problem: answer.said.error || "服务器没收下" });
    } else {
      break;
    }
  }
  if (done) pause = SOON;
  show();
  later();
  return done;
}

// A network that has just come back may fail once more: asked again after 2 s, 4 s … at most a minute, while something waits.
function later() {
  clearTimeout(again);
  if (!navigator.onLine || document.hidden || !slips().some((one) => !one.problem)) return;
  again = setTimeout(start, pause);
  pause = Math.min(pause * 2, 60000);
}

// ---- what the page says

const net = document.getElementById("net");
const plain = net && net.innerHTML;

function show() {
  const list = slips();
  const stuck = list.filter((one) => one.problem).length;
  const rest = list.length - stuck;
  let words = "";
  if (rest) words = navigator.onLine ? `正在核销，${rest} 张锁在手机里` : `没有信号，${rest} 张锁在手机里，有信号自动核销`;
  else if (stuck) words = `${stuck} 张没有核销成，看下面`;
  else if (!navigator.onLine) words = "没有信号，先别收券";
  if (net) {
    net.classList.toggle("off", Boolean(words));
    if (!words) net.innerHTML = plain;
    else {
      net.querySelector("svg").replaceWith(document.getElementById("off").content.cloneNode(true));
      net.querySelector("span").textContent = words;
    }
  }
  draw(list);
}

function draw(list) {
  const box = document.getElementById("slips");
  const shape = document.getElementById("slip");
  if (!box || !shape) return;
  box.textContent = "";
  for (const slip of list) {
    const card = shape.content.cloneNode(true).firstElementChild;
    card.dataset.slip = slip.id;
    card.querySelector("[data-title]").textContent = `${slip.title} ${slip.short}`;
    card.querySelector("[data-worth]").textContent = slip.worth;
    card.querySelector("[data-words]").textContent = slip.problem || `已锁住，预留到 ${slip.until}，可以给优惠；有信号自动核销`;
    if (slip.problem) {
      card.classList.remove("wait", "said");
      card.classList.add("bad");
    }
    const back = card.querySelector("[data-back]");
    if (slip.problem) back.textContent = "知道了";
    back.onclick = () => giveBack(slip);
    const now = card.querySelector("[data-now]");
    now.hidden = Boolean(slip.problem);
    now.onclick = start;
    box.append(card);
  }
}

// Giving a coupon back needs the network as well; what was refused is only put away.
async function giveBack(slip) {
  if (!slip.problem) {
    try {
      const answer = await ask("release/", { slip: slip.slip });
      if (answer.status !== 200 && answer.status !== 422) return;
    } catch (error) {
      return;
    }
  }
  drop(slip.id);
  show();
}

// ---- a coupon that was scanned

const form = document.getElementById("take");
if (form && window.fetch && window.localStorage) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    if (button.disabled) return;
    button.disabled = true;
    wrong("");
    let answer;
    try {
      answer = await ask("reserve/", { id: form.elements.id.value, code: form.dataset.code });
    } catch (error) {
      wrong("没有信号，这张券还没有锁住，先别给优惠。再点一次试试。");
      button.disabled = false;
      return;
    }
    if (answer.status !== 200) {
      wrong(answer.said.error || "服务器没收下，再点一次试试。");
      button.disabled = false;
      return;
    }
    add(answer.said);
    await flush();
    location.assign(`${HOME}?did=${encodeURIComponent(answer.said.short)}`);
  });
}

function wrong(words) {
  const box = document.getElementById("wrong");
  box.hidden = !words;
  box.querySelector("p").textContent = words;
}

// Where there is no signal the worker shows the first page in place of the coupon's: it says that nothing is locked.
const none = document.getElementById("nosignal");
if (none && location.pathname.startsWith(`${HOME}c/`)) none.hidden = false;

// ---- being there

async function start() {
  const done = await flush();
  if (done && location.pathname === HOME && !document.activeElement.value) location.reload();
}

addEventListener("online", () => {
  pause = SOON;
  show();
  start();
});
addEventListener("offline", show);
document.addEventListener("visibilitychange", () => document.hidden || start());
if (navigator.serviceWorker) navigator.serviceWorker.register(`${HOME}worker.js`, { scope: HOME }).catch(() => {});
show();
if (slips().length) start();
