"""What the service remembers. `open_store` and `upgrade`, then named queries that take a Connection."""

from sqlalchemy import Connection

from publisher.storage.alerts import lasting_alerts, mark_mailed, record_alerts
from publisher.storage.around import Term
from publisher.storage.files import (
    bump,
    first_collected,
    forget_files,
    forget_kind,
    known_files,
    mark_collected,
    publication_id,
    publication_ids,
    save_files,
)
from publisher.storage.followers import (
    FollowState,
    active_followers,
    add_event,
    add_follower,
    count_followers,
    end_follows,
    ended_follows,
    endpoint_of,
    find_follower,
    list_follows,
    set_follow,
    suppress,
    suppressed,
    unsuppress,
)
from publisher.storage.guides import (
    add_articles,
    article_facts,
    detach,
    find_article,
    guide_numbers,
    has_missing,
    known_articles,
    mark_missing,
    missing_articles,
    perhaps_stale,
    public_count,
    rename_article,
    reread,
    restore,
    review,
    slugs,
    taken_ids,
    withdraw,
)
from publisher.storage.ledger import (
    BATCH_SIZE,
    BatchState,
    attempts_of,
    claim_batch,
    close_batch,
    edition_row,
    editions,
    finish_editions,
    next_retry,
    open_batch,
    record_intent,
    record_results,
    recover,
    requeue,
    variant_items,
)
from publisher.storage.lock import collector_lock, sender_lock
from publisher.storage.marks import get_mark, set_mark
from publisher.storage.migrate import upgrade
from publisher.storage.notices import (
    NOTICE,
    NoticeRow,
    add_notice,
    forget_strangers,
    notice_row,
    old_notices,
    use_notice,
)
from publisher.storage.owing import owe_window, owed_articles, settle_owed
from publisher.storage.people import (
    EventRow,
    FollowRow,
    Person,
    add_tags,
    change_endpoint,
    events_of,
    follows_of,
    forget,
    person,
    remove_tags,
    renew_links,
    set_pause,
    set_profile,
    tags_of,
)
from publisher.storage.planning import (
    AudienceGroup,
    audience_groups,
    candidate_articles,
    covered_until,
    ensure_cell,
    freeze,
    gather_audience,
    told_variants,
)
from publisher.storage.publishing import Publishing, publish, readdress, refresh, renew_terms, wishes_open
from publisher.storage.reading import (
    listed_articles,
    revision_facts,
    titles,
)
from publisher.storage.releases import (
    CHANGES,
    COLLECT,
    OWNER_DATE,
    OWNER_HOLDS,
    PAST,
    NewRelease,
    add_releases,
    announce,
    archived_counts,
    archived_guides,
    frozen_until,
    last_slot,
    let_wait,
    newest_waiting,
    pending_releases,
    replace_release,
    set_release,
    stopped_counts,
    waiting_releases,
)
from publisher.storage.revisions import (
    OWNER,
    NewRevision,
    add_revisions,
    pair_grades,
    rehash,
    review_named,
    save_pair_grades,
    set_step,
    texts_of,
    touch_revision,
)
from publisher.storage.rows import (
    AlertRow,
    ArticleFacts,
    ClaimedRow,
    EditionRow,
    FollowerRow,
    ItemRow,
    KnownArticle,
    ListedArticle,
    PendingRow,
    Result,
    RevisionFacts,
    StoredArticle,
    StoredText,
    WaitingRow,
    absolute_image,
)
from publisher.storage.shelves import (
    PublicGuide,
    PublicTerm,
    guides_between,
    guides_by_id,
    guides_of_term,
    highest_ordinal,
    last_ordinal,
    neighbours,
    newest_guides,
    public_guide,
    public_guides,
    term_name,
    terms,
)
from publisher.storage.store import Store, open_store
from publisher.storage.sums import (
    broken_windows,
    follower_counts,
    frozen_sizes,
    guide_counts,
    state_counts,
    stray_deliveries,
    uncertain_deliveries,
)
from publisher.storage.tables import EPOCH
from publisher.storage.texts import RevisionText, notes_between, revision_texts
from publisher.storage.throttles import drop_throttles, take
from publisher.storage.traces import (
    Address,
    ChangedGuide,
    PublicText,
    WithdrawnGuide,
    address,
    newest_changes,
    old_addresses,
    public_texts,
    some_public_texts,
    versions,
    withdrawn_between,
    withdrawn_guides,
    withdrawn_of_term,
)

# fmt: off
__all__ = [
    "BATCH_SIZE", "CHANGES", "COLLECT", "EPOCH", "NOTICE", "OWNER", "OWNER_DATE", "OWNER_HOLDS", "PAST",
    "Address", "AlertRow", "ArticleFacts", "AudienceGroup", "BatchState", "ChangedGuide", "ClaimedRow",
    "Connection", "EditionRow", "EventRow", "FollowRow", "FollowState", "FollowerRow", "ItemRow",
    "KnownArticle", "ListedArticle", "NewRelease", "NewRevision", "NoticeRow", "PendingRow", "Person",
    "PublicGuide", "PublicTerm", "PublicText", "Publishing", "Result", "RevisionFacts", "RevisionText",
    "Store", "StoredArticle", "StoredText", "Term", "WaitingRow", "WithdrawnGuide", "absolute_image",
    "active_followers", "add_articles", "add_event", "add_follower", "add_notice", "add_releases",
    "add_revisions", "add_tags", "address", "announce", "archived_counts", "archived_guides",
    "article_facts", "attempts_of", "audience_groups", "broken_windows", "bump", "candidate_articles",
    "change_endpoint", "claim_batch", "close_batch", "collector_lock", "count_followers",
    "covered_until", "detach", "drop_throttles", "edition_row", "editions", "end_follows",
    "ended_follows", "endpoint_of", "ensure_cell", "events_of", "find_article", "find_follower",
    "finish_editions", "first_collected", "follower_counts", "follows_of", "forget", "forget_files",
    "forget_kind", "forget_strangers", "freeze", "frozen_sizes", "frozen_until", "gather_audience",
    "get_mark", "guide_counts", "guide_numbers", "guides_between", "guides_by_id", "guides_of_term",
    "has_missing", "highest_ordinal", "known_articles", "known_files", "last_ordinal", "last_slot",
    "lasting_alerts", "let_wait", "list_follows", "listed_articles", "mark_collected", "mark_mailed",
    "mark_missing", "missing_articles", "neighbours", "newest_changes", "newest_guides",
    "newest_waiting", "next_retry", "notes_between", "notice_row", "old_addresses", "old_notices",
    "open_batch", "open_store", "owe_window", "owed_articles", "pair_grades", "pending_releases",
    "perhaps_stale", "person", "public_count", "public_guide", "public_guides", "public_texts",
    "publication_id", "publication_ids", "publish", "readdress", "record_alerts", "record_intent",
    "record_results", "recover", "refresh", "rehash", "remove_tags", "rename_article", "renew_links",
    "renew_terms", "replace_release", "requeue", "reread", "restore", "review", "review_named",
    "revision_facts", "revision_texts", "save_files", "save_pair_grades", "sender_lock", "set_follow",
    "set_mark", "set_pause", "set_profile", "set_release", "set_step", "settle_owed", "slugs",
    "some_public_texts", "state_counts", "stopped_counts", "stray_deliveries", "suppress", "suppressed",
    "tags_of", "take", "taken_ids", "term_name", "terms", "texts_of", "titles", "told_variants",
    "touch_revision", "uncertain_deliveries", "unsuppress", "upgrade", "use_notice", "variant_items",
    "versions", "waiting_releases", "wishes_open", "withdraw", "withdrawn_between", "withdrawn_guides",
    "withdrawn_of_term",
]
# fmt: on
