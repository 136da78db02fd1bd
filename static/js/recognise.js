// While the server looks at a chosen file, the person may go on filling in: what they put in stays.
const kept = new Map();

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.closest("#which")) kept.set(field.name, field.type === "checkbox" ? field.checked : field.value);
});

document.addEventListener("htmx:afterSwap", () => {
  for (const [name, value] of kept) {
    const field = document.querySelector(`#which [name="${name}"]`);
    if (!field) continue;
    if (field.type === "checkbox") field.checked = value;
    else field.value = value;
  }
});
