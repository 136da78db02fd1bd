// When a part could not be fetched, say so above the page; what is on the page stays.
function say(text) {
  const main = document.querySelector("#main");
  let line = document.querySelector("#said");
  if (!line) {
    line = document.createElement("p");
    line.id = "said";
    line.className = "note y mb-3";
    line.setAttribute("role", "alert");
    main.prepend(line);
  }
  line.textContent = text;
}

document.addEventListener("htmx:sendError", () => say("没有信号，页面没有更新。有信号后再点一次。"));
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 403) say("登录已过期，或这一步不在您的职责范围内。请重新打开本页。");
  else if (status === 404) say("这一条已经不在了，请重新打开本页。");
  else if (status === 429) say("点得太快了，过一分钟再试。");
  else say("这一步没有做成，原来的内容没有变。请再试一次；还不行，点“提意见”告诉我们。");
});
// An expired session answers with the sign-in page: go there instead of drawing it into a corner.
document.addEventListener("htmx:beforeSwap", (event) => {
  const asked = new URL(event.detail.pathInfo.finalRequestPath, window.location.href);
  const answered = event.detail.xhr.responseURL;
  if (answered && new URL(answered).pathname.startsWith("/accounts/login") && !asked.pathname.startsWith("/accounts/login")) {
    event.detail.shouldSwap = false;
    window.location.reload();
  }
});
