/** The pages in a browser: each story as each role, against the whole program with five thousand people in it. */
package org.consentledger.standalone.pages;
