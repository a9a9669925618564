"""Switches: what nobody has documented, each with a default and the alternatives that clients must survive.

``--set name=value`` on the command line and ``POST /_control/switch`` flip them. README.md holds the same table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Value = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Switch:
    """One switch. ``choices`` closes the values; without it any value of the default's type is taken."""

    name: str
    default: Value
    meaning: str
    choices: tuple[Value, ...] = ()
    shapes_answers: bool = False


_STATUSES = (400, 403, 404, 409, 500)

SWITCHES = (
    Switch("hash_mismatch_status", 409, "in-body status when a hash does not match", _STATUSES),
    Switch("create_existing_status", 400, "in-body status when a name, id or host is taken", _STATUSES),
    Switch(
        "unknown_object_status", 400, "in-body status for an unknown policy, group, tenant, bucket, quota…", _STATUSES
    ),
    Switch("delete_unknown_status", 400, "the same for deleting one; 200 pretends it was there", (200, *_STATUSES)),
    Switch(
        "unknown_user_status", 400, "in-body status for an unknown user, asked by a top-level administrator", (400, 403)
    ),
    Switch("unknown_user_status_tenant", 403, "the same, asked by a tenant administrator", (400, 403)),
    Switch(
        "policy_delete_in_use",
        "detach",
        "users keep the settings without a policy, or the call is refused",
        ("detach", "refused"),
    ),
    Switch("unknown_policy", "refused", "a user is given an unknown or another tenant's policy", ("refused", "stored")),
    Switch(
        "unknown_shared_quota",
        "stored",
        "a vault names an unknown or another tenant's shared quota",
        ("stored", "refused"),
    ),
    Switch(
        "deleted_group_members",
        "ungrouped",
        "members of a deleted user group: in no group, or still naming it",
        ("ungrouped", "left"),
    ),
    Switch("empty_collections", "empty", "empty lists and maps as [] and {}, or as null", ("empty", "null"), True),
    Switch("omit_when_zero", True, "leave out members that the facts mark so when they are zero", (), True),
    Switch("keep_unknown_members", True, "keep members that the facts do not know", (), True),
    Switch("check_enumerations", True, "refuse values outside a closed enumeration", (), True),
    Switch("config_secrets", "obscured", "secrets in configuration documents", ("obscured", "plain")),
    Switch(
        "obscured_secrets_sent_back", "kept", "keep the old secret, or store the obscured text", ("kept", "literal")
    ),
    Switch(
        "submitted_read_only", "ignored", "submitted CreateTime, CreationGUID and Statistics", ("ignored", "stored")
    ),
    Switch(
        "set_protected_item_rules", "replace", "rules of a protected item that are not sent again", ("replace", "merge")
    ),
    Switch("delete_protected_item_rules", "removed", "rules of a deleted protected item", ("removed", "left")),
    Switch(
        "revoke_device_items", "removed", "protected items of a revoked device, and their rules", ("removed", "left")
    ),
    Switch("fragment_set_restarts", False, "setting a part of the configuration restarts the server"),
    Switch("sessions_survive_restart", False, "session keys stay valid over a restart"),
    Switch("statistics_survive_restart", False, "counters and reports kept in memory outlive a restart"),
    Switch(
        "unknown_path",
        "404",
        "an unknown path, or another HTTP method than its own: HTTP 404 text, or an in-body status",
        ("404", "400", "403"),
    ),
    Switch(
        "disabled_role",
        "404",
        "a call to a role that is off: HTTP 404 text, or an in-body status",
        ("404", "400", "403"),
    ),
    Switch("login_protection_reply", "403", "too many failed logins: in-body 403, or HTTP 429", ("403", "429")),
    Switch(
        "login_failures",
        "in_a_row",
        "what login protection counts: failures in a row, or all since the last cool-down",
        ("in_a_row", "all"),
    ),
    Switch("address_refused", "body", "an address that is not allowed: in-body 403, or HTTP 403 too", ("body", "http")),
    Switch(
        "delete_admin_of_many",
        "first",
        "admin-user/delete for a name of several tenants: the server's own or the first goes, or it is refused",
        ("first", "refused"),
    ),
    Switch(
        "second_factor_reply",
        "both",
        "a password that is not enough: HTTP 449 whose body names ERR_TOTP_REQUIRED, only the one, or only the other",
        ("both", "http", "body"),
    ),
    Switch(
        "tenant_roles",
        "ignored",
        "a tenant's own Software Build and Constellation roles that are off: nothing, or its calls are refused",
        ("ignored", "checked"),
    ),
    Switch(
        "pending_sessions",
        "password",
        "session-start without the second factor: a session waits for it after any password, or after external logins",
        ("password", "external"),
    ),
    Switch(
        "suspended_tenant_admins",
        "refused",
        "administrators of a suspended tenant; its users are always refused",
        ("refused", "allowed"),
    ),
    Switch(
        "denied_server_info",
        "space",
        "what DenyViewServerInfo withholds: free space, or the calls about version and updates too",
        ("space", "all"),
    ),
    Switch(
        "denied_build_role",
        "settings",
        "what DenySoftwareBuildRole withholds: the role's settings, or every call of the role",
        ("settings", "role"),
    ),
    Switch(
        "prevented_password_change",
        "password",
        "what PreventChangePassword withholds: a new password, or new second factors too",
        ("password", "factors"),
    ),
    Switch(
        "user_changes_not_allowed",
        "refused",
        "an end user submits another quota, policy or state: the call is refused, or the change ignored",
        ("refused", "ignored"),
    ),
    Switch(
        "tenant_admin_by",
        "host",
        "equal names in several tenants: Host header first, or only credentials",
        ("host", "credentials"),
    ),
    Switch(
        "default_policy_scope",
        "tenant",
        "one default policy for each tenant, or one for the server",
        ("tenant", "server"),
    ),
    Switch(
        "validation",
        "none",
        "time zones, languages, addresses and engines in profiles: unchecked, or refused with 400",
        ("none", "strict"),
    ),
    Switch(
        "organization_set_unknown_id",
        "refused",
        "organization/set with an id that does not exist",
        ("refused", "creates"),
    ),
    Switch(
        "old_template_ids",
        "position",
        "names of storage templates on servers whose templates have no ID",
        ("position", "description"),
    ),
    Switch("missing_template_id", "filled", "a storage template that is set without an ID", ("filled", "left")),
    Switch(
        "auto_template_removed",
        "refused",
        "a storage template of automatic vaults is removed without a replacement",
        ("refused", "cleared", "left"),
    ),
    Switch(
        "own_account_removed",
        "allowed",
        "a configuration is set without the account that sets it",
        ("allowed", "refused"),
    ),
    Switch(
        "unused_resources",
        "dropped",
        "files nothing refers to, at the next set of the whole configuration",
        ("dropped", "kept"),
    ),
    Switch("policies_new_returns_id", False, "policies/new also gives PolicyID"),
    Switch("resource_hash", "content", "the same bytes uploaded twice", ("content", "random")),
    Switch(
        "new_tenant_admin_permissions", "allow", "Allow… permissions of a new tenant administrator", ("allow", "none")
    ),
    Switch("event_data", "told", "what events carry: what the vendor tells, or every new state", ("told", "all")),
    Switch("job_seconds", 2.0, "how long a job runs"),
    Switch(
        "job_outcome",
        "success",
        "how jobs end that nothing speaks against",
        ("success", "warning", "error", "quota", "timeout"),
    ),
    Switch(
        "search_unknown_field",
        "zero",
        "a field of a search clause that is unknown, or no field for its operator",
        ("zero", "refused"),
    ),
    Switch("shuffle_lists", False, "lists in unspecified order are shuffled, by the same chance in every run"),
    Switch("run_schedules", False, "schedules run by themselves, and are missed by devices that are offline"),
    Switch("recent_jobs_seconds", 86_400, "how long ago jobs ended at most that get-jobs-recent gives"),
    Switch("job_timeout_seconds", 0, "a job whose device is silent for so long ends with 7000; 0 means never"),
    Switch("select_logs", "text", "several days of log at once: as text, or as a ZIP", ("text", "zip")),
    Switch("latest_version", "", "newest version that the news of updates tell of; empty: the server's own"),
    Switch(
        "constellation_unreachable",
        "fails",
        "another server among Constellation's targets: the check fails, or leaves it out",
        ("fails", "skipped"),
    ),
    Switch("replication_items_per_second", 20.0, "how fast a replication queue gets shorter; 0 stops it"),
    Switch("self_backup_seconds", 1.0, "how long a self-backup runs"),
    Switch("mail_seconds", 0.0, "how long a mail waits in the queue"),
    Switch("client_build_seconds", 0.0, "how long the first download of an installer takes"),
    Switch("stream_queue", 1000, "events that wait for a slow web socket before it is dropped"),
    Switch("stream_login_seconds", 10.0, "how long a web socket may take to send its five frames"),
    Switch("webhook_retries", 3, "how often a webhook's message is sent again"),
    Switch("webhook_retry_seconds", 10.0, "how long it rests before"),
    Switch("webhook_timeout_seconds", 10.0, "how long a webhook's receiver may take to answer"),
    Switch("webhook_queue", 10_000, "messages that wait for one webhook; further ones are dropped"),
    Switch("webhook_hello", "always", "hooks that do not list META_HELLO get it too, or not", ("always", "listed")),
    Switch("webhook_targets", "loopback", "where webhooks may be sent", ("loopback", "any")),
    Switch("clock_skew_seconds", 0, "how far the server's clock is wrong; negative when it is behind"),
    Switch("latency_ms", 0, "wait this long before every API answer"),
    Switch("random_502", 0.0, "share of API calls answered with HTTP 502"),
    Switch("restart_seconds", 0.4, "how long connections are refused during a restart"),
    Switch("bcrypt_rounds", 4, "cost of stored password hashes, 4 to 15", tuple(range(4, 16))),
    Switch("devices_online", 0.85, "share of the devices a server starts with that are online, chosen by their ids"),
    Switch("device_reconnect_seconds", 0.5, "how soon devices connect again after a restart or a dropped connection"),
    Switch("disconnect_events", True, "an event tells of devices that go offline"),
    Switch(
        "user_name_filter",
        "substring",
        "which names UserNameFilter of dispatcher/list-active keeps",
        ("exact", "prefix", "substring"),
    ),
    Switch("browse_refused_status", 403, "in-body status when a device lets nobody see filenames", _STATUSES),
    Switch("device_failure_status", 400, "in-body status when a device tried and failed", _STATUSES),
    Switch("device_quota_status", 400, "in-body status when a user may not have another device", _STATUSES),
    Switch("install_token_seconds", 86_400, "lifetime of install tokens"),
    Switch(
        "foreign_login_url",
        "unreachable",
        "another server's address, tried by a device that shall move there",
        ("unreachable", "reachable"),
    ),
    Switch(
        "assigned_policy_items",
        "ignored",
        "default protected items for existing devices, when a user with devices is given their policy",
        ("ignored", "given"),
    ),
    Switch(
        "update_login_password",
        "device",
        "a device changes only the password it logs in with, which must be right, or the account's",
        ("device", "account"),
    ),
    Switch("default_rules_on_policy_items", True, "default schedules also run default protected items that have none"),
    Switch("gzip_limit_bytes", 1_000_000, "larger answers are sent as they are, whatever the client accepts"),
    Switch("form_limit_bytes", 0, "larger forms are refused; 0 means that none is too large"),
    Switch("form_too_large", 400, "a form that is too large: in-body 400, or HTTP 413", (400, 413)),
    Switch("group_names", "repeatable", "a name that another user group of the tenant has", ("repeatable", "unique")),
)

BY_NAME = {switch.name: switch for switch in SWITCHES}


class UnknownSwitch(ValueError):
    """No such switch, or a value it does not take; the text says which."""


def _convert(switch: Switch, value: Any) -> Value:
    """A value, or its text from the command line, as the switch's type.

    Raises:
        UnknownSwitch: the value does not fit.
    """
    problem = UnknownSwitch(f"{switch.name}: {value!r} is not possible; {_wanted(switch)}")
    wanted = type(switch.default)
    if wanted is bool:
        spellings = {
            "true": True,
            "1": True,
            "yes": True,
            "on": True,
            "false": False,
            "0": False,
            "no": False,
            "off": False,
        }
        if str(value).lower() not in spellings:
            raise problem
        return spellings[str(value).lower()]
    try:
        converted: Value = wanted(value)
    except (TypeError, ValueError):
        raise problem from None
    if switch.choices and converted not in switch.choices:
        raise problem
    return converted


def _wanted(switch: Switch) -> str:
    if switch.choices:
        return "one of " + ", ".join(str(choice) for choice in switch.choices)
    return {bool: "true or false", int: "an integer", float: "a number"}.get(type(switch.default), "text")


class Switches:
    """The present setting of every switch, read as attributes of :meth:`__getitem__`."""

    def __init__(self) -> None:
        self._values: dict[str, Value] = {switch.name: switch.default for switch in SWITCHES}
        self._initial = dict(self._values)

    def keep_as_initial(self) -> None:
        """Make the present settings those that :meth:`reset` goes back to."""
        self._initial = dict(self._values)

    def reset(self) -> None:
        """Go back to the settings of the command line."""
        self._values = dict(self._initial)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def set(self, name: str, value: Any) -> None:
        """Flip one switch.

        Raises:
            UnknownSwitch: no such switch, or not a value of it.
        """
        if name not in BY_NAME:
            raise UnknownSwitch(f"unknown switch {name!r}; there are {', '.join(sorted(BY_NAME))}")
        self._values[name] = _convert(BY_NAME[name], value)

    def as_dict(self) -> dict[str, Value]:
        """Every switch with its present value."""
        return dict(self._values)

    @property
    def answers_as_stored(self) -> bool:
        """Whether stored documents can be sent without being shaped again."""
        return all(self._values[switch.name] == switch.default for switch in SWITCHES if switch.shapes_answers)
