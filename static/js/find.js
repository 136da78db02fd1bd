// "/" puts the cursor into the search box, unless something is being typed already.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const box = document.querySelector("[data-find]");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

export function typing(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
