"""What each vendor of EHRs does otherwise than others, and which setting of ours answers it. Words alone, no markup."""

from dataclasses import dataclass

NOT_TRIED = (
    "None of this was tried with the vendor: nobody here has an account. What it rests on stands at the end. Where the"
    " vendor's own documentation says something else, it is right."
)


@dataclass(frozen=True, slots=True)
class Vendor:
    """The page of one vendor. In texts, `code` stands in backticks, and a link to another page as [words](path).

    `typed`: their field -> what to enter. `settings`: a client of the configuration as TOML, with words about it.
    `differs`: what they do -> what answers it. `rests_on`: sources, and what was not found.
    """

    path: str
    title: str
    first: tuple[str, ...]
    typed: tuple[tuple[str, str], ...]
    settings: str
    about_settings: str
    differs: tuple[tuple[str, str], ...]
    rests_on: tuple[str, ...]


EPIC = Vendor(
    path="vendors/epic",
    title="Epic",
    first=(NOT_TRIED,),
    typed=(
        (
            "Record of the service (LGL): endpoint",
            (
                "One record for each service, with its address from [the table](vendors#services). The same address"
                " has to be an endpoint of the client id. If they differ in one character, calls come without data and"
                " without a token."
            ),
        ),
        ("Record of the service: hook", "The one in the table."),
        (
            "Record of the service: prefetch",
            (
                "Key and query from [the table](vendors#prefetch). Discovery is not read: when the queries change with"
                " a release, they have to be entered again."
            ),
        ),
        ("Client id: FHIR version", "R4. Prefetch, context and the FHIR server all follow it."),
        (
            "Client id: scopes",
            "Those that read {resources}, and those of draft orders. What has no scope is left out without a word.",
        ),
        ("Token: `aud`", "The endpoint. It is entered by hand; with a slash at its end it is another address."),
        ("Token: `iss`", "The FHIR base of the organisation, entered by hand. Ours: `issuer`."),
        ("Token: `sub`", "The client id, entered by hand. hepar does not look at it."),
        ("Token: `jku`", "The address of the organisation's keys. Ours: `jku`."),
    ),
    settings="""[[client]]
name = "epic"
issuer = "https://epic.hospital.org/api/FHIR/R4"
jku = "https://epic.hospital.org/api/epic/2019/Security/Open/PublicKeys/530013/530013"
algorithms = ["RS384"]
max_token_seconds = 900
feedback_accepts_service_audience = true
services = ["msc-liver-evaluation", "msc-liver-follow-up", "msc-liver-order-select", "msc-liver-order-sign"]

[[client.fhir_server]]
base_url = "https://epic.hospital.org/api/FHIR/R4"

[client.prefetch_aliases]
"lab-results" = "labs"

[client.action_codes]
"liver-panel" = { system = "urn:com.epic.cdshooks.action.code.system.preference-list-item", code = "12345" }

[client.features]
actions_per_suggestion = 1
score_suggestions = false
language = "en"
""",
    about_settings="Addresses, aliases and codes are examples.",
    differs=(
        (
            "It calls patient-view, order-select and order-sign only.",
            "Let an event of admission call `msc-liver-evaluation`: for such triggers it uses patient-view.",
        ),
        ("A suggestion holds one action.", "`actions_per_suggestion = 1`, as it is unless set."),
        (
            "Of a suggested order it takes the code alone, and wants one of a preference list or an order set.",
            "`action_codes`, by [the id of the step](vendors#orders).",
        ),
        ("It creates no Observation.", "`score_suggestions = false`, as it is unless set."),
        ("Labels of suggestions and links are not shown; the text of the action is.", "Each action says what it is."),
        ("`selectionBehavior` can be `any` alone.", "hepar uses no other."),
        ("An override is remembered by the topic of the card.", "Topics do not change."),
        ("Reasons to dismiss are mapped at the site, by code.", "[The list](vendors#overrides)."),
        ("Keys of prefetch are what somebody typed.", "`prefetch_aliases`."),
        (
            "A search that finds nothing comes as a Bundle with `total` 0 and an OperationOutcome in it.",
            "It is read as: nothing is charted.",
        ),
        ("Users come as Practitioner or PractitionerRole.", "Both are taken."),
        ("Calls have extensions of its own.", "What is not known is ignored."),
        ("Tokens are signed with RS384 and hold for 15 minutes.", "`algorithms` and `max_token_seconds`."),
        (
            (
                "Feedback comes one by one or in batches. Whether its token names the address of feedback is not"
                " documented."
            ),
            "Both are taken. `feedback_accepts_service_audience` where the log says `wrong_audience`.",
        ),
        (
            "It asks not to be called whenever a chart is opened.",
            "Restrict the record to patients with liver disease. Repeated advice is [held back](repetition) besides.",
        ),
    ),
    rests_on=(
        (
            "Epic's documentation of CDS Hooks, `https://fhir.epic.com/Documentation?docId=cds-hooks`, read in public"
            " copies of 2024 and not at that address."
        ),
        (
            "Not found: after how long Epic gives up, which links of a card it shows, whether it sends its user's"
            " language."
        ),
    ),
)

ORACLE_HEALTH = Vendor(
    path="vendors/oracle-health",
    title="Oracle Health",
    first=(
        NOT_TRIED,
        (
            "The only public description that we found is a proposal of 2021 to Cerner's documentation, about a beta;"
            " it was never taken up. Ask the vendor what holds today, and whether CDS Hooks is offered to you at all."
        ),
    ),
    typed=(
        ("Address of the service", "That of `msc-liver-evaluation` in [the table](vendors#services)."),
        ("Trigger condition", "When the service is called, such as for adults."),
        ("Prefetch", "Key and query from [the table](vendors#prefetch). Discovery is not used."),
        ("Allowed links", "`{here}/guide/` and all below it. Other links are removed from cards."),
    ),
    settings="""[[client]]
name = "oracle-health"
issuer = "https://cds-hooks.cerner.com"
jku = "https://authorization.cerner.com/jwk"
services = ["msc-liver-evaluation"]

[[client.fhir_server]]
base_url = "https://fhir-ehr.cerner.com/r4/your-tenant"

[client.features]
language = "en"
""",
    about_settings="All customers of the vendor have this issuer. A token shows that the vendor signed it, not for"
    " which hospital, unless it names a tenant: ask, and set `tenant`.",
    differs=(
        (
            "It calls patient-view alone.",
            "`msc-liver-evaluation`; `msc-liver-follow-up` is another service to register.",
        ),
        (
            "Suggestions and feedback are not mentioned.",
            "All is said in the text of a card too. Repeated advice is [held back](repetition) by time alone.",
        ),
        ("Cards stand in a panel of about an eighth of the screen.", "The first lines hold the conclusion."),
        ("A `critical` card is a window in front of all.", "hepar has no such cards."),
        ("`appContext` of links is not handed on.", "hepar has no SMART links."),
    ),
    rests_on=(
        (
            "github.com/cerner/fhir.cerner.com, pull request 707 of 2021, `content/millennium/cds_hooks.md`; not"
            " merged, and the repository was archived in 2024."
        ),
        (
            "Not found: algorithm and lifetime of tokens, whether they name a tenant, what becomes of prefetch that"
            " fails, after how long it gives up."
        ),
    ),
)

VENDORS = (EPIC, ORACLE_HEALTH)

SETTINGS: tuple[tuple[str, str], ...] = (
    ("name", "Always: a short name of yours, for logs and metrics."),
    ("issuer", "Always: the `iss` of its tokens, character by character."),
    ("tenant", "Several hospitals share an issuer, and its tokens say which one it is."),
    ("jwks_file", "You have its public keys as a file."),
    ("jku", "Its public keys are at an address. No other is ever asked, whatever a token names."),
    ("algorithms", "It signs with another algorithm. Shared secrets are never taken."),
    (
        "extra_audiences",
        "Its tokens name something else than the address that is called, as those of some sandboxes do.",
    ),
    ("foreign_audiences", "Its tokens name other services beside this one."),
    ("feedback_accepts_service_audience", "It sends feedback with a token for the service: 401, `wrong_audience`."),
    ("max_token_seconds", "Its tokens hold for more than an hour, or for less and you want no more."),
    ("services", "It may call some services alone; others answer 403."),
    ("fhir_server", "It leaves keys out, or sends a first page: then hepar reads the rest from this server."),
    ("prefetch_aliases", "It has other names for the prefetch keys."),
    ("action_codes", "It finds what to order by a code of its own."),
    ("features.actions_per_suggestion", "It takes several orders in one suggestion; many take one."),
    ("features.score_suggestions", "It can create Observations, and whoever accepts one vouches for the number."),
    ("features.language", "Its calls do not say the language of the user, or say a wrong one."),
    ("ca_file", "Its servers have certificates of the house."),
    ("allow_http_loopback", "It is a trial on one machine."),
)
"""Setting of a client -> when it is needed."""

STEPS = (
    "Ask its FHIR server about a test patient: `hepar check --fhir BASE --patient ID`.",
    (
        "Register it as a `[[client]]` with issuer, keys and FHIR server; `hepar config check --config hepar.toml`"
        " names what is left."
    ),
    (
        "Give it `{here}/cds-services` for discovery. If it reads none, enter [services](vendors#services) and"
        " [queries](vendors#prefetch) by hand."
    ),
    "Open a test patient. For a 401 the log of hepar has the reason, as `refused`.",
    "Look at `hepar_prefetch_total` in the metrics: `read` counts what it did not send and hepar had to read.",
)

NEEDED = (
    "CDS Hooks 1.0, 1.1 or 2.0, and FHIR R4.",
    "With each call a signed token for the address that is called, used once.",
    "The patient and the results, sent along or readable.",
    "Cards in GitHub-flavoured Markdown with tables, at most two for a call.",
    "No systemActions, SMART links, `critical` cards or recommended suggestions: hepar has none.",
)
