"""Random trading: listings, takes, blocks, auctions, coin, and the clock that turns sessions and phases."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from lexicon.commitment import bid_digest

from tests.chaincode.histories.base import COMPANIES, History, quantity
from tests.chaincode.town import h

COMPANY = st.sampled_from(COMPANIES)
PLACE = st.integers(0, 9)
OPEN = {"open", "partly_taken"}


def other(company):
    return "b" if company == "a" else "a"


class Trading(History):
    """Everything that moves allowances against coin."""

    @rule(
        company=COMPANY,
        place=PLACE,
        amount=st.integers(1, 60),
        price=st.integers(6290, 7710),
        clips=st.integers(1, 3),
    )
    def list_a_sale(self, company, place, amount, price, clips):
        # Certified reductions are traded now and then.
        unit = "CCER" if place == 0 else "CEA"
        lot = self.pick(self.lots(company, unit=unit), place)
        if lot is None:
            return
        # Now and then a tonne more than there is.
        amount = min(amount, quantity(lot) // clips + 1)
        first = int(lot["serial_from"])
        parts = [
            {
                "quantity": str(amount),
                "inputs": [{"serial_from": str(first + k * amount), "quantity": str(amount)}],
            }
            for k in range(clips)
        ]
        self.act(f"trader_{company}", "list", self.terms("sell", price, unit) | {"clips": parts})

    @rule(company=COMPANY, amount=st.integers(1, 60), price=st.integers(6290, 7710), take=st.integers(1, 4))
    def list_a_purchase(self, company, amount, price, take):
        coins = self.town.coins(f"acc_{company}")[:take]
        clips = [{"quantity": str(amount), "coins": coins}]
        self.act(f"trader_{company}", "list", self.terms("buy", price) | {"clips": clips})

    def terms(self, side, price, unit="CEA"):
        listed = {"listing": self.id("lst"), "side": side, "unit": unit, "vintage": 2026}
        return listed | {"price_cents": str(price)}

    def live_clips(self):
        session = self.session()["session"]
        return [
            clip for clip in self.town.all("listing") if clip["state"] in OPEN and clip["session"] == session
        ]

    @precondition(lambda self: self.live_clips())
    @rule(place=PLACE, share=st.integers(1, 100), more=st.booleans(), own=st.integers(0, 9))
    def take_clips(self, place, share, more, own):
        clips = self.live_clips()
        if not clips:
            return
        chosen = [self.pick(clips, place)] + ([self.pick(clips, place + 1)] if more else [])
        takes = [
            {
                "listing": clip["listing"],
                "k": clip["k"],
                "quantity": str(max(int(clip["quantity"]) * share // 100, 1)),
                "price_cents": clip["price_cents"],
            }
            for clip in chosen
        ]
        # One in ten tries to trade with itself.
        seller = chosen[0]["account"][-1]
        company = seller if own == 0 else other(seller)
        if chosen[0]["side"] == "sell":
            args = {"takes": takes, "coins": self.town.coins(f"acc_{company}")[:3]}
        else:
            args = {"takes": takes, "lots": self.some_lots(company, takes)}
        self.act(f"trader_{company}", "take", args)

    def some_lots(self, company, takes):
        return self.lots_for(company, sum(int(taken["quantity"]) for taken in takes))

    def lots_for(self, company, needed):
        """Free lots of a company that together are so many tonnes, if it has them."""
        lots = []
        for lot in self.lots(company):
            part = min(needed, quantity(lot))
            if part:
                lots.append({"serial_from": lot["serial_from"], "quantity": str(part)})
            needed -= part
        return lots

    @precondition(lambda self: len(self.live_clips()) > 2)
    @rule(place=PLACE)
    def unlist(self, place):
        clip = self.pick(self.live_clips(), place)
        if clip:
            self.act(f"trader_{clip['account'][-1]}", "unlist", {"listing": clip["listing"]})

    # --- coin and lots -------------------------------------------------------------------------------------

    @rule(company=COMPANY, part=st.integers(1, 400_000), what=st.sampled_from(["split", "merge", "redeem"]))
    def handle_coin(self, company, part, what):
        coins = self.town.coins(f"acc_{company}")
        if what == "merge":
            self.act(f"trader_{company}", "merge_coin", {"coins": coins[:3]})
        elif what == "redeem":
            args = {"redemption": self.id("red"), "coins": coins[-1:], "amount_cents": str(part // 10 + 1)}
            self.act(f"head_{company}", "redeem_coin", args | {"payout_digest": h("bank")})
        elif coins:
            amount = int(self.town.read("coin", coins[0]["tx"], coins[0]["n"])["amount_cents"])
            args = {"coin": coins[0], "amounts_cents": [str(part), str(amount - part)]}
            self.act(f"trader_{company}", "split_coin", args)

    @rule(company=COMPANY, place=PLACE, count=st.integers(2, 4))
    def merge_lots(self, company, place, count):
        lots = sorted(self.lots(company), key=lambda lot: int(lot["serial_from"]))
        start = place % max(len(lots), 1)
        serials = [lot["serial_from"] for lot in lots[start : start + count]]
        self.act(f"trader_{company}", "merge_lots", {"unit": "CEA", "vintage": 2026, "serials": serials})

    # --- blocks --------------------------------------------------------------------------------------------

    @rule(company=COMPANY, selling=st.booleans(), amount=st.integers(48, 70), price=st.integers(4900, 9200))
    def propose_a_block(self, company, selling, amount, price):
        if amount % 4:
            self.turn_the_phase("block")
        block = {
            "block": self.id("blk"),
            "counterparty": f"acc_{other(company)}",
            "side": "sell" if selling else "buy",
            "unit": "CEA",
            "vintage": 2026,
            "quantity": str(amount),
            "price_cents": str(price),
        }
        inputs = (
            {"inputs": self.lots_for(company, amount)}
            if selling
            else {"coins": self.town.coins(f"acc_{company}")[:4]}
        )
        agreed = self.within_trust(company, amount)
        outcome = self.act(f"head_{company}", "propose_block", block | inputs)
        assert agreed or outcome.status == 400, "a block passed the limit for those who are not trusted"

    def within_trust(self, company, amount):
        """Whether the company may agree on so large a block with the other."""
        own = self.town.read("account", f"acc_{company}")["own_limits"]
        limit = own["block_t"] if own else None
        trusted = self.town.read("trust", f"acc_{company}", f"acc_{other(company)}")
        return bool(trusted) or limit is None or amount <= int(limit)

    @precondition(lambda self: any(one["state"] == "proposed" for one in self.town.all("block")))
    @rule(place=PLACE, accepts=st.booleans())
    def answer_a_block(self, place, accepts):
        block = self.pick([one for one in self.town.all("block") if one["state"] == "proposed"], place)
        if block is None:
            return
        company = block["counterparty"][-1]
        if not accepts:
            self.act(f"trader_{company}", "decline_block", {"block": block["block"]})
            return
        named = {name: block[name] for name in ("block", "quantity", "price_cents")}
        if block["side"] == "sell":
            named["coins"] = self.town.coins(f"acc_{company}")[:4]
        else:
            named["lots"] = self.lots_for(company, int(block["quantity"]))
        agreed = self.within_trust(company, int(block["quantity"]))
        outcome = self.act(f"head_{company}", "accept_block", named)
        assert agreed or outcome.status == 400, "a block passed the limit for those who are not trusted"

    # --- auctions ------------------------------------------------------------------------------------------

    @rule(company=COMPANY, amount=st.integers(1, 80), limit=st.integers(5000, 7000), buys=st.booleans())
    def open_an_auction(self, company, amount, limit, buys):
        args = {"auction": self.id("auc"), "unit": "CEA", "vintage": 2026, "quantity": str(amount)}
        if buys:
            args |= {"side": "buy", "ceiling_cents": str(limit + 600)}
            args |= {"coins": self.town.coins(f"acc_{company}")[:4]}
        else:
            args |= {"floor_cents": str(limit), "inputs": self.lots_for(company, amount)}
        self.act(f"trader_{company}", "open_auction", args)

    def open_auctions(self):
        return [one for one in self.town.all("auction") if one["state"] == "open"]

    @precondition(lambda self: self.open_auctions() and not self.session()["auctioned"])
    @rule(
        place=PLACE,
        bids=st.lists(
            st.tuples(st.integers(1, 60), st.integers(5400, 8000), st.integers(-1, 500)), max_size=3
        ),
        revealed=st.integers(0, 3),
        closed=st.booleans(),
    )
    def hold_an_auction(self, place, bids, revealed, closed):
        """Bids, the end of bidding, and some or all of what follows; the rest comes by the rules below."""
        auction = self.pick(self.open_auctions(), place)
        company = other(auction["account"][-1])
        self.turn_the_phase("auction")
        for amount, price, slack in bids:
            self.bid(auction, company, amount, price, amount * price + slack)
        self.turn_the_phase("open")
        for n in range(min(revealed, len(bids))):
            self.reveal_a_bid(n)
        if closed:
            self.close_an_auction(place, company)

    def bid(self, auction, company, amount, price, maximum):
        digest = bid_digest(
            auction=auction["auction"],
            account=f"acc_{company}",
            quantity=amount,
            price_cents=price,
            nonce=h("nonce"),
        )
        self.bids[digest] = (amount, price)
        args = {"auction": auction["auction"], "digest": digest}
        if auction["side"] == "buy":
            args |= {"lots": self.lots_for(company, amount)[:10]}
        else:
            args |= {"maximum_cents": str(maximum), "coins": self.town.coins(f"acc_{company}")[:4]}
        self.act(f"trader_{company}", "bid", args)

    @precondition(lambda self: any(one["state"] == "sealed" for one in self.town.all("bid")))
    @rule(place=PLACE)
    def reveal_a_bid(self, place):
        sealed = self.pick([one for one in self.town.all("bid") if one["state"] == "sealed"], place)
        if sealed is None:
            return
        amount, price = self.bids[sealed["digest"]]
        args = {
            "auction": sealed["auction"],
            "n": sealed["n"],
            "quantity": str(amount),
            "price_cents": str(price),
            "nonce": h("nonce"),
        }
        self.act(f"trader_{sealed['account'][-1]}", "reveal_bid", args)

    @precondition(lambda self: self.open_auctions())
    @rule(place=PLACE, company=COMPANY)
    def close_an_auction(self, place, company):
        auction = self.pick(self.open_auctions(), place)
        if auction:
            self.act(f"trader_{company}", "close_auction", {"auction": auction["auction"]})

    # --- the clock -----------------------------------------------------------------------------------------

    @rule(phase=st.sampled_from(["open", "block", "block", "auction"]))
    def turn_the_phase(self, phase):
        session = self.session()["session"]
        self.serve("clock", "open_session", {"session": session, "phase": phase})

    @precondition(lambda self: self.count - self.turned > 6)
    @rule(sliced=st.booleans())
    def next_session(self, sliced):
        self.turned = self.count
        session = self.session()["session"]
        self.serve("clock", "close_session", {"session": session})
        if sliced:
            for part in range(16):
                args = {"session": session, "slices": 16, "part": part}
                self.serve("clock", "settle_session", args)
        slices = {"slices": 16} if sliced else {}
        self.serve("clock", "settle_session", {"session": session} | slices)
        self.town.now += timedelta(days=7)
        self.serve("clock", "open_session", {"session": session + 1})

    # --- what holds ----------------------------------------------------------------------------------------

    @property
    def bids(self):
        """Quantity and price of each bid, by its digest: what its bidder knows."""
        return self.__dict__.setdefault("_bids", {})

    @invariant()
    def a_live_clip_is_covered_by_its_own_lots_or_coin(self):
        for clip in self.live_clips() if self.session()["phase"] in {"open", "block", "auction"} else []:
            if clip["side"] == "sell":
                assert sum(int(lot["quantity"]) for lot in clip["lots"]) == int(clip["quantity"])
                for part in clip["lots"]:
                    lot = self.town.read("lot", clip["unit"], clip["vintage"], int(part["serial_from"]))
                    assert (lot["listing"], quantity(lot)) == (clip["listing"], int(part["quantity"]))
            else:
                coin = self.town.read("coin", clip["coin"]["tx"], clip["coin"]["n"])
                assert int(coin["amount_cents"]) == int(clip["quantity"]) * int(clip["price_cents"])

    @invariant()
    def an_open_auction_holds_what_it_and_its_bids_promise(self):
        for auction in self.open_auctions():
            bids = [self.town.read("bid", auction["auction"], n) for n in range(auction["bids"])]
            most = int(auction["quantity"]) * int(auction["ceiling_cents"] or 0)
            for named, cents in [
                (auction["coin"], most),
                *((bid["coin"], bid["maximum_cents"]) for bid in bids),
            ]:
                if named:
                    coin = self.town.read("coin", named["tx"], named["n"])
                    assert (coin["listing"], int(coin["amount_cents"])) == (auction["auction"], int(cents))
            parts = [part for one in (auction, *bids) for part in one["lots"]]
            assert sum(len(bid["lots"]) for bid in bids) == auction["bid_lots"] <= 100
            for part in parts:
                lot = self.town.read("lot", "CEA", 2026, int(part["serial_from"]))
                assert (lot["listing"], lot["state"]) == (auction["auction"], "listed")
                assert quantity(lot) == int(part["quantity"])

    @invariant()
    def all_of_an_auction_trade_at_one_price_within_its_limit(self):
        for auction in self.town.all("auction"):
            if auction["state"] == "closed" and auction["price_cents"] is not None:
                trades = [trade for trade in self.town.all("trade") if trade["listing"] == auction["auction"]]
                assert {trade["price_cents"] for trade in trades} == {auction["price_cents"]}
                sold = sum(int(trade["quantity"]) for trade in trades)
                assert sold == int(auction["sold_t"]) <= int(auction["quantity"])
                price = int(auction["price_cents"])
                assert int(auction["floor_cents"] or 0) <= price <= int(auction["ceiling_cents"] or price)

    @invariant()
    def nobody_trades_with_herself_nor_beyond_her_limit(self):
        assert all(trade["seller"] != trade["buyer"] for trade in self.town.all("trade"))
        position = self.town.read("position", "acc_b")
        if position and not any(trade["kind"] == "auction" for trade in self.town.all("trade")):
            assert int(position["bought_t"]) - int(position["sold_t"]) <= 150
