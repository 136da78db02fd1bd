// A file can be dropped on its field; the name and size are said, and the way up is shown.
const say = (zone, text) => {
  zone.querySelector("[data-drop-says]").textContent = text;
};

const amount = (bytes) => (bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

function chosen(zone) {
  const files = [...zone.querySelector("input[type=file]").files];
  const words = files.map((file) => `${file.name}，${amount(file.size)}`).join("；");
  say(zone, words || zone.querySelector("[data-drop-says]").dataset.empty);
}

document.addEventListener("change", (event) => {
  const zone = event.target.type === "file" && event.target.closest("[data-drop]");
  if (zone) chosen(zone);
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const zone = event.target.closest && event.target.closest("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("over", kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files.length) {
      const input = zone.querySelector("input[type=file]");
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}

// A form that comes back with something to put right keeps its file, unless the file is what is wrong.
function keep(main, files) {
  const zone = main.querySelector("[data-drop]");
  if (!zone || zone.classList.contains("wrong")) return;
  zone.querySelector("input[type=file]").files = files;
  chosen(zone);
}

// The form goes up by XMLHttpRequest only to show how far it has come; the answer then becomes the page.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const zone = form.querySelector("[data-drop]");
  if (!zone || event.defaultPrevented || !zone.querySelector("input[type=file]").files.length) return;
  event.preventDefault();
  const bar = zone.querySelector("progress");
  const buttons = form.querySelectorAll("button");
  const data = new FormData(form);
  if (event.submitter && event.submitter.name) data.append(event.submitter.name, event.submitter.value);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.upload.onprogress = (step) => {
    bar.hidden = false;
    bar.value = (100 * step.loaded) / step.total;
    say(zone, step.loaded < step.total ? `已传 ${amount(step.loaded)}，共 ${amount(step.total)}` : "已传到，正在读");
  };
  request.onload = () => {
    // After a redirect the address is another one: go there, the server holds the result.
    if (request.status < 400 && request.responseURL && request.responseURL !== form.action) {
      window.location.assign(request.responseURL);
      return;
    }
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const main = page.querySelector("#main");
    if (main) {
      const { files } = zone.querySelector("input[type=file]");
      document.querySelector("#main").replaceWith(document.adoptNode(main));
      window.htmx.process(main);
      keep(main, files);
      window.scrollTo(0, 0);
    }
    else say(zone, "没有传上去。文件还在您的电脑里，请再传一次。");
    for (const button of buttons) button.disabled = false;
  };
  request.onerror = () => {
    bar.hidden = true;
    for (const button of buttons) button.disabled = false;
    say(zone, "没有信号，没有传上去。文件还在您的电脑里，有信号时再传。");
  };
  for (const button of buttons) button.disabled = true;
  request.send(data);
});
