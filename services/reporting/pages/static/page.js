// Says so when the figures can no longer be brought up to date, and takes it back when they can.
(() => {
  const show = (trouble) => {
    const notice = document.getElementById("trouble");
    if (notice && notice.hidden === trouble) notice.hidden = !trouble;
  };
  document.addEventListener("htmx:error", () => show(true));
  document.addEventListener("htmx:after:request", (event) => show(event.detail.ctx.response.status >= 500));
})();
