package org.consentledger.web.imports;

/** A file that was looked into is not kept any more. */
final class UploadExpiredException extends RuntimeException {

    UploadExpiredException() {
        super("The upload is not kept any more", null, false, false);
    }
}
