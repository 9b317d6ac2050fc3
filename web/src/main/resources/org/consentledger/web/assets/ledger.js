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
    if (!dialog.contains(panel) && panel !== dialog) { return; }
    if (!dialog.open) {
      opener = document.activeElement;
      dialog.showModal();
    }
    const heading = dialog.querySelector('h1');
    if (heading) { dialog.setAttribute('aria-label', heading.textContent); }
    const first = dialog.querySelector('[aria-invalid], input:not([type=hidden]), select, textarea, .button');
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
  document.addEventListener('htmx:sendError', () => announce(document.body.dataset.offline || ''));

  dialog.addEventListener('close', () => {
    document.getElementById('dialog-content').replaceChildren();
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
    needed(event.target.closest('form.basis'));
    count(event.target.closest('form.selection'), event.target);
  });

  // What is required only for some choices is required only when it shows.
  function needed(form) {
    if (!form) { return; }
    form.querySelectorAll('.for-consent input, .for-consent textarea').forEach(input => {
      input.required = form.elements.authorization.value === 'CONSENT';
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

  function announce(text) { document.getElementById('announcer').textContent = text; }

  function prepare(within) {
    within.querySelectorAll('form.basis').forEach(needed);
    within.querySelectorAll('form.selection').forEach(form => count(form, null));
  }
  prepare(document);
  document.addEventListener('htmx:load', event => prepare(event.target));

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
