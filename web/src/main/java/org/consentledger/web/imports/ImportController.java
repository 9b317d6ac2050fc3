package org.consentledger.web.imports;

import static org.consentledger.web.session.Forms.orAbsent;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.consentledger.web.ledger.Codes;
import org.consentledger.web.ledger.CommandApi;
import org.consentledger.web.ledger.LedgerProblem;
import org.consentledger.web.ledger.WebSettings;
import org.consentledger.web.session.Forms;
import org.consentledger.web.session.Notice;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;
import tools.jackson.databind.json.JsonMapper;

/**
 * Imports a contact file in two steps: a preview, and the import with the columns as they were detected or corrected.
 */
@Controller
@RequestMapping("/imports")
class ImportController {

    /** The meanings of a column, in the terms of the API's mapping. */
    static final List<String> MEANINGS = List.of(
            "ignore",
            "emails",
            "firstName",
            "lastName",
            "fullName",
            "company",
            "title",
            "phones",
            "website",
            "facebook",
            "twitter",
            "linkedin",
            "other",
            "salesforceId",
            "optOut");

    private static final JsonMapper JSON = new JsonMapper();

    private final CommandApi commands;
    private final PendingUploads uploads;
    private final WebSettings settings;

    ImportController(CommandApi commands, PendingUploads uploads, WebSettings settings) {
        this.commands = commands;
        this.uploads = uploads;
        this.settings = settings;
    }

    @GetMapping
    String choose() {
        return "imports/choose";
    }

    @PostMapping("/preview")
    String preview(@RequestParam MultipartFile file, HttpSession session, Model model, HttpServletResponse response) {
        if (file.isEmpty()) {
            model.addAttribute("nothing", true);
            response.setStatus(422);
            return "imports/choose";
        }
        var upload = uploads.keep(file, session);
        return Forms.send(
                model,
                response,
                () -> {
                    uploads.forget(upload, session);
                    return "imports/choose";
                },
                () -> {
                    look(upload, session);
                    return "redirect:/imports/preview/" + upload;
                });
    }

    @GetMapping("/preview/{upload}")
    String preview(@PathVariable String upload, HttpSession session, Model model) {
        model.addAttribute("form", new ImportForm("", "", "", "", "IMPORT", "", false));
        return mapping(upload, look(upload, session), session, model);
    }

    private Preview look(String upload, HttpSession session) {
        return commands.upload("/api/imports/preview", parts(upload, session).build(), null, Preview.class);
    }

    @PostMapping
    String start(
            @RequestParam String upload,
            @RequestParam String key,
            ImportForm form,
            HttpServletRequest request,
            HttpSession session,
            Model model,
            HttpServletResponse response) {
        model.addAttribute("form", form);
        var parts = parts(upload, session);
        var mapping = mappingOf(request);
        if (!mapping.isEmpty()) {
            parts.part("mapping", JSON.writeValueAsString(mapping), MediaType.APPLICATION_JSON);
        }
        try {
            var order = order(parts, form);
            var started = commands.upload("/api/imports", order, key, Started.class);
            if (!form.dryRun()) {
                uploads.forget(upload, session);
            }
            return "redirect:/jobs/import/" + started.id();
        } catch (LedgerProblem problem) {
            if (!problem.isAboutTheForm()) {
                throw problem;
            }
            model.addAttribute("problem", problem);
            response.setStatus(422);
            return mapping(upload, look(upload, session).with(mapping), session, model);
        }
    }

    @ExceptionHandler
    String gone(UploadExpiredException gone, RedirectAttributes redirect) {
        Notice.warning(redirect, "imports.expired");
        return "redirect:/imports";
    }

    private String mapping(String upload, Preview preview, HttpSession session, Model model) {
        Forms.newKey(model);
        model.addAttribute("upload", upload);
        model.addAttribute("fileName", uploads.nameOf(upload, session));
        model.addAttribute("preview", preview);
        model.addAttribute("meanings", MEANINGS);
        model.addAttribute("authorizations", Codes.AUTHORIZATIONS);
        model.addAttribute("sources", Codes.SOURCES);
        model.addAttribute("today", settings.today());
        return "imports/mapping";
    }

    private MultipartBodyBuilder parts(String upload, HttpSession session) {
        var parts = new MultipartBodyBuilder();
        Resource content = uploads.find(upload, session);
        if (content == null) {
            throw new UploadExpiredException();
        }
        parts.part("file", content, MediaType.parseMediaType("text/csv"));
        return parts;
    }

    private static MultiValueMap<String, ?> order(MultipartBodyBuilder parts, ImportForm form) {
        var source = Forms.source(form.source(), form.sourceDescription());
        parts.part("source", JSON.writeValueAsString(source), MediaType.APPLICATION_JSON);
        if (orAbsent(form.authorization()) != null) {
            var authorization = Forms.authorization(
                    form.authorization(),
                    form.dateOfConsent(),
                    form.purposeOfProcessing(),
                    form.authorizationDescription());
            parts.part("authorization", JSON.writeValueAsString(authorization), MediaType.APPLICATION_JSON);
        }
        parts.part("dryRun", Boolean.toString(form.dryRun()));
        return parts.build();
    }

    /** The columns whose meaning the user chose differently from the detected one. */
    private static Map<String, String> mappingOf(HttpServletRequest request) {
        var mapping = new LinkedHashMap<String, String>();
        var headers = request.getParameterValues("header");
        var meanings = request.getParameterValues("meaning");
        var found = request.getParameterValues("found");
        if (headers != null && meanings != null && found != null) {
            for (var index = 0; index < Math.min(headers.length, Math.min(meanings.length, found.length)); index++) {
                if (!meanings[index].equals(found[index])) {
                    mapping.put(headers[index], meanings[index]);
                }
            }
        }
        return mapping;
    }

    record Started(String id) {}

    record Preview(String charset, String separator, List<Column> columns) {

        Preview with(Map<String, String> mapping) {
            return new Preview(
                    charset,
                    separator,
                    columns.stream()
                            .map(column -> new Column(
                                    column.header(),
                                    mapping.getOrDefault(column.header(), column.meaning()),
                                    column.cells()))
                            .toList());
        }

        public String separatorName() {
            return separator.equals("\t") ? "Tab" : separator;
        }
    }

    record Column(String header, String meaning, List<String> cells) {}

    record ImportForm(
            @Nullable String authorization,
            @Nullable String dateOfConsent,
            @Nullable String purposeOfProcessing,
            @Nullable String authorizationDescription,
            @Nullable String source,
            @Nullable String sourceDescription,
            boolean dryRun) {}
}
