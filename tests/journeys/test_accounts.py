"""People open accounts, prove their address, sign in, and leave with everything they gave."""

from pathlib import Path

import pytest

from commonwheel.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn
from commonwheel.journeys.accounts import (
    RESET,
    VERIFY,
    add_account,
    ask_for_reset,
    begin_session,
    end_account,
    give_role,
    link_for,
    make_own_token,
    open_account,
    open_again,
    set_password,
    sign_in_with_password,
    verify,
)
from commonwheel.journeys.chores import do_chores
from commonwheel.journeys.keep_house import run_schedule
from commonwheel.journeys.kept import claim, claim_link_of, join_kept, keep_link, new_keeper, open_keep_link
from commonwheel.journeys.leave import leave
from commonwheel.journeys.look_up import contributions_of
from commonwheel.journeys.sign_in import create_token, sign_in, still_signed_in
from commonwheel.people.tokens import Actor, TokenScope
from commonwheel.records.account import Account, Role
from commonwheel.records.states import State
from tests.worlds import Instance

PASSWORD = "a river runs by"


def opened(here: Instance, name: str = "Rosa", email: str = "rosa@example.org") -> Account:
    """Somebody whose account is open."""
    open_account(here.world, name, email, PASSWORD)
    with here.world.database.read() as tx:
        account = tx.accounts.named(name)
    assert account is not None
    return verify(here.world, secret(link_for(here.world, account, VERIFY)))


def secret(link: str) -> str:
    return link.rpartition("/")[2]


def signed_in(here: Instance, account: Account) -> Actor:
    return still_signed_in(here.world, begin_session(here.world, account, "a test").id)


def mails(here: Instance) -> list[str]:
    do_chores(here.world)
    folder: Path = here.home / "mail"
    return [file.read_text() for file in sorted(folder.iterdir())] if folder.exists() else []


def test_an_account_is_opened_by_the_link_in_a_mail(here: Instance) -> None:
    open_account(here.world, "Rosa", "Rosa@Example.org", PASSWORD)
    with pytest.raises(NotSignedIn, match="mail"):
        sign_in_with_password(here.world, "rosa", PASSWORD)
    [mail] = mails(here)
    link = next(line for line in mail.splitlines() if "/verify/" in line)
    assert "To: Rosa@Example.org" in mail
    account = verify(here.world, secret(link))
    for who in ("rosa", "ROSA", "rosa@example.org", " rosa@EXAMPLE.org "):
        assert sign_in_with_password(here.world, who, PASSWORD).id == account.id
    with pytest.raises(NotFound):
        verify(here.world, secret(link))  # it works once


def test_neither_the_table_nor_the_queue_shows_an_address(here: Instance) -> None:
    open_account(here.world, "Rosa", "rosa@example.org", PASSWORD)
    files = [path.read_bytes() for path in here.home.rglob("commonwheel.db*")]
    assert not any(b"rosa@example" in data or PASSWORD.encode() in data for data in files)


@pytest.mark.parametrize("old", [VERIFY, RESET])
def test_links_end(here: Instance, old: str) -> None:
    open_account(here.world, "Rosa", "rosa@example.org", PASSWORD)
    with here.world.database.read() as tx:
        account = tx.accounts.named("Rosa")
    assert account is not None
    link = secret(link_for(here.world, account, old))
    here.clock.move(days=2, seconds=1)
    with pytest.raises(NotFound):
        (verify if old == VERIFY else lambda world, it: set_password(world, it, PASSWORD))(here.world, link)


@pytest.mark.parametrize("link", ["", ".", "..", "a.b.c", "a.9999999999.c", "ü.9.ü", "x" * 5_000])
def test_what_is_no_link_of_ours_opens_nothing(here: Instance, link: str) -> None:
    opened(here)
    for use in (verify, open_keep_link, lambda world, it: set_password(world, it, PASSWORD)):
        with pytest.raises(NotFound):
            use(here.world, link)


@pytest.mark.parametrize(
    "name, email, password, path",
    [
        ("", "a@b.org", PASSWORD, "/name"),
        ("a@b", "a@b.org", PASSWORD, "/name"),
        ("Rosa", "nobody", PASSWORD, "/email"),
        ("Rosa", "a@b", PASSWORD, "/email"),
        ("Rosa", "a@b.org", "short", "/password"),
        ("Rosa", "a@b.org", "rosarosarosa", "/password"),
        ("Rosa", "a@b.org", "aaaaaaaaaaaa", "/password"),
        ("Rosa", "a@b.org", "x1" * 101, "/password"),
    ],
)
def test_what_is_wrong_is_named(here: Instance, name: str, email: str, password: str, path: str) -> None:
    with pytest.raises(Invalid) as refusal:
        open_account(here.world, name, email, password)
    assert path in [fault["path"] for fault in refusal.value.details["faults"]]
    assert password not in str(refusal.value.details) or not password


def test_a_known_address_is_told_to_its_owner_alone(here: Instance) -> None:
    opened(here)
    mails(here)
    open_account(here.world, "Rosa two", "rosa@example.org", PASSWORD)
    assert "You have an account" in mails(here)[-1]
    with here.world.database.read() as tx:
        assert tx.accounts.named("Rosa two") is None
    with pytest.raises(Invalid):
        open_account(here.world, "ROSA", "other@example.org", PASSWORD)


def test_a_new_password_signs_everybody_out(here: Instance) -> None:
    account = opened(here)
    session = signed_in(here, account)
    ask_for_reset(here.world, "rosa@example.org")
    ask_for_reset(here.world, "nobody@example.org")
    link = next(line for line in mails(here)[-1].splitlines() if "/reset/" in line)
    set_password(here.world, secret(link), "another river runs")
    with pytest.raises(NotSignedIn):
        still_signed_in(here.world, session.token)
    with pytest.raises(NotSignedIn):
        sign_in_with_password(here.world, "Rosa", PASSWORD)
    assert sign_in_with_password(here.world, "Rosa", "another river runs").id == account.id
    with pytest.raises(NotFound):
        set_password(here.world, secret(link), PASSWORD)


def test_a_session_ends_and_is_no_bearer_token(here: Instance) -> None:
    actor = signed_in(here, opened(here))
    with pytest.raises(NotSignedIn):
        sign_in(here.world, actor.token)
    here.clock.move(days=30)
    with pytest.raises(NotSignedIn):
        still_signed_in(here.world, actor.token)


def test_a_role_counts_from_the_next_request(here: Instance) -> None:
    account = opened(here)
    actor = signed_in(here, account)
    assert not actor.has(TokenScope.REVIEW)
    give_role(here.world, "rosa", Role.REVIEWER)
    assert still_signed_in(here.world, actor.token).has(TokenScope.REVIEW)
    give_role(here.world, "rosa", Role.CONTRIBUTOR)
    assert not still_signed_in(here.world, actor.token).has(TokenScope.REVIEW)


def test_a_token_of_ones_own_may_do_no_more_than_its_owner(here: Instance) -> None:
    give_role(here.world, opened(here).name, Role.REVIEWER)
    with here.world.database.read() as tx:
        account = tx.accounts.named("Rosa")
    assert account is not None
    bearer = make_own_token(here.world, signed_in(here, account), "a script", [TokenScope.REVIEW])
    assert sign_in(here.world, bearer).has(TokenScope.REVIEW)
    give_role(here.world, "Rosa", Role.CONTRIBUTOR)
    assert not sign_in(here.world, bearer).has(TokenScope.REVIEW)
    with pytest.raises(Invalid):
        make_own_token(here.world, signed_in(here, opened(here, "Tom", "t@example.org")), "x", [TokenScope.ADMIN])


def test_an_account_that_is_ended_opens_nothing(here: Instance) -> None:
    account = opened(here)
    actor = signed_in(here, account)
    end_account(here.world, "Rosa")
    with pytest.raises(NotSignedIn):
        still_signed_in(here.world, actor.token)
    with pytest.raises(NotSignedIn, match="ended"):
        sign_in_with_password(here.world, "Rosa", PASSWORD)
    open_again(here.world, "Rosa")
    assert sign_in_with_password(here.world, "Rosa", PASSWORD).id == account.id


def test_no_name_takes_over_what_another_gave(here: Instance) -> None:
    """A token that an operator made for a name is another person than whoever opens an account of that name."""
    ann = here.person("ann")
    id = here.given(ann)
    actor = signed_in(here, opened(here, "ann", "ann@example.org"))
    assert contributions_of(here.world, actor, None, 10) == ([], None)
    with pytest.raises(NotFound):
        here.view(actor, id)
    mine = sign_in(here.world, create_token(here.world, "ann", [TokenScope.CONTRIBUTE]))
    assert mine.contributor == actor.contributor != ann.contributor


def test_gifts_from_a_door_join_an_account_once(here: Instance) -> None:
    door = here.door("openwebui")
    id = here.given(door, on_behalf_of="u1")
    contributor = here.world.identity.contributor("openwebui", "u1")
    link = secret(claim_link_of(here.world, door, id))
    assert link.split(".")[0] == contributor
    for other in (here.door("another"), here.person("ann"), here.admin()):
        with pytest.raises((NotFound, NotAllowed)):
            claim_link_of(here.world, other, id)
    actor = signed_in(here, opened(here))
    claim(here.world, actor, link)
    actor = still_signed_in(here.world, actor.token)
    assert [view["id"] for view in contributions_of(here.world, actor, None, 10)[0]] == [id]
    other = signed_in(here, opened(here, "Tom", "tom@example.org"))
    with pytest.raises(Conflict):
        claim(here.world, other, link)


def test_a_kept_link_opens_one_gift_and_can_join_an_account(here: Instance) -> None:
    keeper = still_signed_in(here.world, new_keeper(here.world).id)
    id = here.given(keeper)
    assert here.given(still_signed_in(here.world, new_keeper(here.world).id)) != id
    link = secret(keep_link(here.world, keeper))
    again = still_signed_in(here.world, open_keep_link(here.world, link))
    assert [view["id"] for view in contributions_of(here.world, again, None, 10)[0]] == [id]
    actor = signed_in(here, opened(here))
    join_kept(here.world, actor, again)
    assert here.view(still_signed_in(here.world, actor.token), id)["id"] == id
    with pytest.raises(NotSignedIn):
        still_signed_in(here.world, open_keep_link(here.world, link))


def test_who_leaves_takes_everything_away(here: Instance) -> None:
    account = opened(here)
    actor = signed_in(here, account)
    own = here.given(actor)
    keeper = still_signed_in(here.world, new_keeper(here.world).id)
    kept = here.given(keeper)
    join_kept(here.world, actor, keeper)
    assert leave(here.world, still_signed_in(here.world, actor.token)) == 2
    here.finish()
    assert here.state(own) is here.state(kept) is State.ERASED
    with here.world.database.read() as tx:
        assert tx.accounts.get(account.id) is None
    with pytest.raises(NotSignedIn):
        still_signed_in(here.world, actor.token)
    assert here.world.keys.count(f"account:{account.id}") == 0
    opened(here)  # the name and the address are free again


def test_an_account_that_nobody_verified_goes_after_a_week(here: Instance) -> None:
    open_account(here.world, "Rosa", "rosa@example.org", PASSWORD)
    here.clock.move(days=7, seconds=1)
    run_schedule(here.world, "housekeeping")
    with here.world.database.read() as tx:
        assert tx.accounts.named("Rosa") is None


def test_whoever_runs_this_adds_people(here: Instance) -> None:
    account = add_account(here.world, "Rhea", Role.REVIEWER)
    with pytest.raises(NotSignedIn):
        sign_in_with_password(here.world, "Rhea", "")
    set_password(here.world, secret(link_for(here.world, account, RESET)), PASSWORD)
    assert signed_in(here, sign_in_with_password(here.world, "Rhea", PASSWORD)).has(TokenScope.REVIEW)
    with pytest.raises(Invalid):
        add_account(here.world, "rhea", Role.OPERATOR)
