// What makes the pages pleasant. Without it every form and link works as it stands.
(function () {
  'use strict';
  const root = document.documentElement;
  root.classList.add('js');
  const dialog = document.getElementById('dialog');
  let opener = null;

  // A part of another page that arrives in the dialog opens it.
  document.addEventListener('htmx:afterSwap', event => {
    const panel = event.target;
    const alert = (panel.isConnected ? panel : document).querySelector('[role=alert]');
    if (alert) { alert.scrollIntoView({ block: 'nearest' }); }
    if (!dialog.contains(panel) && panel !== dialog) { return; }
    if (!dialog.open) {
      opener = document.activeElement;
      dialog.showModal();
    }
    const heading = dialog.querySelector('h1');
    if (heading) { dialog.setAttribute('aria-label', heading.textContent); }
    const first = dialog.querySelector('[aria-invalid]')
      || dialog.querySelector('input:not([type=hidden]), select, textarea, .button');
    if (first) { first.focus(); }
  });
  // An answer without the part that was wanted is a page of its own.
  document.addEventListener('htmx:beforeSwap', event => {
    const detail = event.detail;
    if (detail.xhr.getResponseHeader('HX-Redirect')) { return; }
    if (detail.target && detail.target.id === 'results' && !detail.serverResponse.includes('id="results"')) {
      detail.shouldSwap = false;
      location.reload();
    }
  });

  // Whoever waits is told so, and whoever waits in vain.
  const trouble = document.querySelector('#trouble > p');
  document.addEventListener('htmx:beforeRequest', event => {
    trouble.hidden = true;
    event.detail.target.setAttribute('aria-busy', 'true');
  });
  document.addEventListener('htmx:afterRequest', event => event.detail.target.removeAttribute('aria-busy'));
  for (const failure of ['sendError', 'responseError', 'timeout']) {
    document.addEventListener('htmx:' + failure, event => {
      // Refusals are shown in words of their own
      const status = event.detail.xhr.status;
      if (status >= 400 && status < 500 || status === 503) { return; }
      // The dialog lies above everything else
      (dialog.open ? dialog : document.body).append(trouble.parentElement);
      trouble.hidden = false;
    });
  }

  dialog.addEventListener('close', () => {
    document.getElementById('dialog-content').replaceChildren();
    document.body.append(trouble.parentElement);
    trouble.hidden = true;
    if (opener && opener.isConnected) { opener.focus(); }
  });
  dialog.addEventListener('click', event => { if (event.target === dialog) { dialog.close(); } });

  document.addEventListener('click', event => {
    const closer = event.target.closest('.closes-dialog');
    if (closer && dialog.contains(closer)) {
      event.preventDefault();
      dialog.close();
      return;
    }
    document.querySelectorAll('details.menu[open]').forEach(menu => {
      if (!menu.contains(event.target) || event.target.closest('.menu-item')) { menu.open = false; }
    });
  });
  document.addEventListener('keydown', event => {
    if (event.key !== 'Escape') { return; }
    document.querySelectorAll('details.menu[open]').forEach(menu => {
      menu.open = false;
      menu.querySelector('summary').focus();
    });
  });

  // A choice narrows the list at once.
  document.addEventListener('change', event => {
    const form = event.target.closest('form[data-autosubmit]');
    if (form && event.target.matches('select')) { form.requestSubmit(); }
    needed(event.target.closest('form.basis, form.bulk-basis'));
    count(event.target.closest('form.selection'), event.target);
  });

  // What is required only for some choices is required only when it shows.
  function needed(form) {
    if (!form) { return; }
    form.querySelectorAll('.for-consent input, .for-consent textarea').forEach(input => {
      const choice = form.querySelector('select[name=authorization], select[name=newAuthorization]');
      input.required = choice !== null && choice.value === 'CONSENT';
    });
  }

  function count(form, changed) {
    if (!form) { return; }
    const picks = [...form.querySelectorAll('input[name=ids]')];
    if (changed && changed.matches('.pick-page')) { picks.forEach(pick => { pick.checked = changed.checked; }); }
    const picked = picks.filter(pick => pick.checked).length;
    const page = form.querySelector('.pick-page');
    if (page) {
      page.checked = picked > 0 && picked === picks.length;
      page.indeterminate = picked > 0 && picked < picks.length;
    }
    const told = form.querySelector('.selected-count');
    if (told) {
      told.textContent = picked === 0 ? '' : picked === 1 ? form.dataset.selectedOne : form.dataset.selectedMany.replace('#', picked);
    }
  }

  function prepare(within) {
    within.querySelectorAll('form.basis, form.bulk-basis').forEach(needed);
    within.querySelectorAll('.chart[data-chart]').forEach(draw);
    within.querySelectorAll('form.selection').forEach(form => count(form, null));
  }
  prepare(document);
  document.addEventListener('htmx:load', event => prepare(event.target));

  // The slider goes from fact to fact, and shows the person as of each.
  let sliding = 0;
  document.addEventListener('input', event => {
    const slider = event.target;
    if (slider.id !== 'slider') { return; }
    clearTimeout(sliding);
    sliding = setTimeout(() => {
      const fact = Number(slider.value);
      const instant = slider.dataset.instants.split(' ')[fact];
      const address = slider.dataset.address + encodeURIComponent(instant);
      window.htmx.ajax('GET', address, { target: '#then', select: '#then', swap: 'outerHTML' });
      history.replaceState(null, '', address);
      const field = document.getElementById('asOf');
      if (field) { field.value = slider.dataset.locals.split(' ')[fact]; }
      document.querySelectorAll('.time-line li').forEach(item => {
        item.classList.toggle('later', Date.parse(item.dataset.at) > Date.parse(instant));
      });
    }, 120);
  });

  // Opt-outs by day, the reasons upon each other.
  function draw(holder) {
    if (!window.uPlot || holder.dataset.drawn) { return; }
    holder.dataset.drawn = 'true';
    const { days, series } = JSON.parse(holder.dataset.chart);
    const colour = name => getComputedStyle(root).getPropertyValue(name).trim();
    const above = series.map((one, index) =>
      days.map((day, at) => series.slice(index).reduce((sum, other) => sum + other.counts[at], 0)));
    const bars = window.uPlot.paths.bars({ size: [0.7, 48], radius: 0.15 });
    const day = seconds => new Date(seconds * 1e3).toISOString().slice(0, 10);
    const width = () => Math.max(240, holder.clientWidth);
    const chart = new window.uPlot({
      width: width(),
      height: 260,
      tzDate: seconds => window.uPlot.tzDate(new Date(seconds * 1e3), 'UTC'),
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { y: { range: (plot, low, high) => [0, Math.max(4, Math.ceil(high * 1.15))] } },
      axes: [
        { stroke: colour('--soft'), grid: { show: false }, ticks: { stroke: colour('--line') }, space: 70, incrs: [86400, 2 * 86400, 7 * 86400, 14 * 86400, 30 * 86400, 90 * 86400], values: (plot, splits) => splits.map(day) },
        { stroke: colour('--soft'), grid: { stroke: colour('--line') }, ticks: { show: false }, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10000] },
      ],
      series: [
        { label: holder.dataset.day, value: (plot, seconds) => seconds === null || seconds === undefined ? '–' : day(seconds) },
        ...series.map((one, index) => ({
          label: one.label,
          paths: bars,
          points: { show: false },
          fill: colour('--chart-' + (index % 8 + 1)),
          stroke: colour('--surface'),
          width: 1,
          value: (plot, sum, at, point) => point === null || point === undefined ? '–' : String(one.counts[point]),
        })),
      ],
    }, [days, ...above], holder);
    new ResizeObserver(() => chart.setSize({ width: width(), height: 260 })).observe(holder);
  }

  // A form is sent once, however often its button is pressed.
  document.addEventListener('submit', event => {
    const form = event.target;
    if (form.method !== 'post' || form.hasAttribute('data-autosubmit') || event.defaultPrevented) { return; }
    if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 2000) {
      event.preventDefault();
    } else {
      form.dataset.sent = String(Date.now());
    }
  });
}());
