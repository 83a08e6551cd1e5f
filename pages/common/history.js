// One entry in the browser's history for each thing that a visitor does: what a page adds to its
// own address without a click or a key (choices kept from an earlier visit) replaces the entry.
(() => {
  let acted = false;
  for (const act of ["pointerdown", "keydown"]) {
    window.addEventListener(act, () => { acted = true; }, true);
  }
  const push = history.pushState.bind(history);
  history.pushState = (state, title, address) => {
    const there = new URL(address, location.href);
    const here = there.pathname === location.pathname;
    if (here && (!acted || there.search === location.search)) {
      history.replaceState(state, title, address);
    } else {
      push(state, title, address);
      acted = false;
    }
  };
})();
