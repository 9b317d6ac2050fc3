package org.consentledger.web.jobs;

import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.consentledger.web.ledger.CommandApi;
import org.consentledger.web.ledger.LedgerProblem;
import org.consentledger.web.ledger.PersonDetail;
import org.consentledger.web.session.Download;
import org.consentledger.web.session.Notice;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Lists the jobs, and shows the progress of one. */
@Controller
@RequestMapping("/jobs")
class JobsController {

    private final CommandApi commands;

    JobsController(CommandApi commands) {
        this.commands = commands;
    }

    @GetMapping
    String list(@RequestParam(required = false) @Nullable UUID after, Model model) {
        model.addAttribute(
                "page",
                after == null
                        ? commands.get("/api/jobs", Page.class)
                        : commands.get("/api/jobs?after={after}", Page.class, after));
        model.addAttribute("first", after == null);
        return "jobs/list";
    }

    @GetMapping("/{kind:bulk|import}/{id}")
    String show(@PathVariable String kind, @PathVariable UUID id, Model model) {
        model.addAttribute("job", commands.get(path(kind, id), Job.class));
        return "jobs/job";
    }

    @PostMapping("/{kind:bulk|import}/{id}/cancel")
    String cancel(@PathVariable String kind, @PathVariable UUID id, RedirectAttributes redirect) {
        try {
            commands.delete(path(kind, id));
            Notice.done(redirect, "notice.cancelled");
        } catch (LedgerProblem problem) {
            if (!problem.slug().equals("job-ended")) {
                throw problem;
            }
            Notice.warning(redirect, "notice.job-ended");
        }
        return "redirect:/jobs/" + kind + "/" + id;
    }

    @GetMapping("/{kind:bulk|import}/{id}/failures")
    void failures(@PathVariable String kind, @PathVariable UUID id, HttpServletResponse response) {
        commands.read(
                path(kind, id) + "/failures",
                file -> Download.csv(response, "failures-" + id + ".csv", file::transferTo));
    }

    private static String path(String kind, UUID id) {
        return (kind.equals("bulk") ? "/api/bulk-operations/" : "/api/imports/") + id;
    }

    record Page(List<Job> jobs, @Nullable String next) {}

    /** A job as the command side returns it. */
    record Job(
            String id,
            String kind,
            String status,
            boolean dryRun,
            long total,
            long processed,
            long changed,
            long unchanged,
            long failed,
            @Nullable List<String> ignoredColumns,
            PersonDetail.ActorName startedBy,
            Instant startedAt,
            @Nullable Instant endedAt) {

        public boolean isEnded() {
            return endedAt != null;
        }

        public String address() {
            return "/jobs/" + (kind.equals("IMPORT") ? "import" : "bulk") + "/" + id;
        }

        public String tone() {
            return switch (status) {
                case "COMPLETED" -> failed > 0 ? "warn" : "good";
                case "FAILED" -> "bad";
                case "CANCELLED" -> "warn";
                default -> "";
            };
        }

        /** The duration of the job in seconds. */
        public long seconds() {
            return endedAt == null ? 0 : Duration.between(startedAt, endedAt).toSeconds();
        }
    }
}
