package org.consentledger.web.imports;

/** Thrown when an uploaded file has been deleted before its import. */
final class UploadExpiredException extends RuntimeException {

    UploadExpiredException() {
        super("The uploaded file has been deleted", null, false, false);
    }
}
