#!/usr/bin/env python3
"""The other end of the wire, written from the description of the platform alone and sharing nothing with the program it
is held against: a hub with toy banks behind the four directories. Python's standard library and nothing else. Usage:
  hub.py --dirs DIR --ledger FILE.json
DIR has upstream, downstream, response and error. The ledger says who has which account and what moved on it:
  {"node": "010000000005",
   "accounts":  [{"bank": "313163000004", "bank_name": "…", "number": "…", "sub": "1", "name": "…", "type": "01",
                  "id_type": "01", "id_number": "…", "phone": "…", "opening": "100.00"}],
   "movements": [{"at": "20261125200000", "from": "…", "to": "…", "amount": "50000.00"}]}
Each request is read element by element against the tables below; every departure is named. What happens is told on
stdout, a JSON object a line. Commands come on stdin, a JSON object a line:
  {"do": "hold"}                      keep answers back from here on
  {"do": "release", "order": "last"}  let them go, the last one first
  {"do": "repeat", "times": 2}        send each later answer so often, under one serial number
  {"do": "move", "from": …, "to": …, "amount": …}       money moves; watched accounts say so
  {"do": "report", "body": {…}, "bank": …, "code": …}   a bank begins a message of its own
  {"do": "raw", "name": …, "base64": …}                 these bytes, as they are, in the downstream directory
"""
import argparse, base64, binascii, json, os, re, sys, threading, time, uuid
import xml.etree.ElementTree as ET
from datetime import datetime, timedelta, timezone
from decimal import Decimal

CST = timezone(timedelta(hours=8))
STAMP = "%Y%m%d%H%M%S"
NAME = re.compile(r"(\d{6})_([0-9A-Za-z]{1,36})_([0-9a-f]{32})\.xml")
SERIAL = re.compile(r"[0-9A-Za-z]{12}_\d{40}")
FETCH, CUT = 0.05, 1000

# ---- what a request must look like ---------------------------------------------------------------------------------

text = lambda most: lambda v: len(v) <= most
code = lambda *known: lambda v: v in known
digits = lambda least, most: lambda v: v.isascii() and v.isdigit() and least <= len(v) <= most

def moment(v):
    try: return len(v) == 14 and bool(datetime.strptime(v, STAMP))
    except ValueError: return False

def money(v): return re.fullmatch(r"\d{1,15}(\.\d{1,2})?", v) is not None

ID_TYPES = code(*(f"{n:02}" for n in range(1, 17)), "99")
ACCOUNT = lambda v: re.fullmatch(r"[0-9A-Za-z]{4,40}(_[0-9A-Za-z]{1,10})?", v) is not None
APPLICATION = lambda v: re.fullmatch(r"[0-9A-Za-z]{1,36}", v) is not None

COMMON = {  # element: (mandatory, check)
    "ApplicationID": (1, APPLICATION), "CaseNumber": (1, text(64)), "CaseType": (1, text(4)),
    "EmergencyLevel": (1, code("01", "02")), "BankID": (0, digits(12, 12)), "BankName": (1, text(225)),
    "ApplicationTime": (1, moment), "ApplicationOrgID": (1, digits(6, 12)), "ApplicationOrgName": (1, text(225)),
    "OperatorIDType": (1, ID_TYPES), "OperatorIDNumber": (1, text(30)), "OperatorName": (1, text(60)),
    "OperatorPhoneNumber": (1, text(30)), "InvestigatorIDType": (1, ID_TYPES), "InvestigatorIDNumber": (1, text(30)),
    "InvestigatorName": (1, text(60)),
}
SUBJECT = {"SubjectType": (1, code("1", "2", "01", "02")), "AccountName": (1, text(225)), "CardNumber": (1, ACCOUNT)}
HOLDER = {"AccountType": (1, code("01", "02")), "AccountName": (1, text(225)), "AccountNumber": (1, ACCOUNT)}
DOCUMENT = {"IDType": (1, ID_TYPES), "IDNumber": (1, text(30))}
ORIGINAL = {"OriginalApplicationID": (1, APPLICATION)}
WORDS = {"Reason": (0, text(450)), "Remark": (0, text(450))}
CURRENCY = {"Currency": (1, code("CNY", "RMB", "USD", "EUR"))}
KIND = {"ApplicationType": (1, code("00", "01", "02", "03", "04", "05"))}
UNTIL = {"ExpireTime": (1, moment)}
FREEZE = {"FreezeType": (1, code("01", "02")), "Balance": (1, money), **CURRENCY}

OWN = {
    "200101": {**KIND, "OriginalApplicationID": (0, APPLICATION), "TransferOutBankID": (0, digits(12, 12)),
               "TransferOutBankName": (0, text(225)), "TransferOutAccountName": (0, text(225)),
               "TransferOutAccountNumber": (0, ACCOUNT), **CURRENCY, "TransferAmount": (1, money),
               "TransferTime": (1, moment), **HOLDER, **WORDS, "StartTime": (1, moment), **UNTIL},
    "200103": {**ORIGINAL, **HOLDER, "WithdrawalRemark": (0, text(450))},
    "200105": {**ORIGINAL, **HOLDER, "PostponeStartTime": (1, moment), **UNTIL, "ExtendRemark": (0, text(450))},
    "200201": {"ApplicationType": (0, text(2)), **WORDS, **HOLDER, **DOCUMENT, **FREEZE, "FreezeStartTime": (1, moment), **UNTIL},
    "200203": {"ApplicationType": (0, text(2)), **ORIGINAL, **HOLDER, **DOCUMENT, "WithdrawalRemark": (0, text(450))},
    "200205": {"ApplicationType": (0, text(2)), **ORIGINAL, **HOLDER, **DOCUMENT, **FREEZE, "PostponeStartTime": (1, moment),
               **UNTIL, "ExtendRemark": (0, text(450))},
    "200301": {**SUBJECT, "InquiryMode": (1, code("01", "02", "03", "04")), "InquiryPeriodStart": (0, moment),
               "InquiryPeriodEnd": (0, moment), **WORDS},
    "200303": {**SUBJECT, **WORDS},
    "200305": {**SUBJECT, "InterceptionOrderID": (1, code("0", "1")), "InterceptionStartTime": (1, moment),
               "InterceptionEndTime": (0, moment), **WORDS},
    "200307": {**SUBJECT, **ORIGINAL, "InterceptionEndTime": (0, moment), **WORDS},
    "200309": {"SubjectType": (1, code("1", "2", "01", "02")), "AccountCredentialType": (1, ID_TYPES),
               "AccountCredentialNumber": (1, text(30)), "AccountSubjectName": (0, text(225)),
               "InquiryMode": (1, code("01", "02")), **WORDS},
}
OWN["200307"] = {k: OWN["200307"][k] for k in
                 ("SubjectType", "OriginalApplicationID", "AccountName", "CardNumber", "InterceptionEndTime", "Reason", "Remark")}
# Papers that go with it, by the first two characters of their file names; a bank enforces the first two lines.
PAPERS = {"200101": ["01", "01", "03"], "200201": ["01", "01", "02"],
          "200301": ["01", "01", "05"], "200303": ["01", "01", "05"], "200305": ["01", "01", "05"], "200309": ["01", "01", "05"]}

def problems_of(tx, head, body):
    """Every departure from the tables: (result code, what)."""
    found, table = [], {**COMMON, **OWN[tx]}
    say = lambda result, what: found.append((result, what))
    names = [child.tag for child in body]
    for name in sorted(set(names)):
        if names.count(name) > 1: say("0501", f"{name}: twice")
        if name not in table and name != "Attachments": say("0599", f"{name}: not an element of {tx}")
    for block in (COMMON, OWN[tx]):
        here = [n for n in names if n in block]
        if here != [n for n in block if n in here]: say("0599", f"out of order: {' '.join(here)}")
    if "Attachments" in names and names[-1] != "Attachments": say("0599", "Attachments: not last")
    if len(body) and (body.text or "").strip(): say("0501", "text between elements")
    for name, (mandatory, check) in table.items():
        value = body.findtext(name)
        if value is None or value == "":
            if mandatory: say("0500", f"{name}: missing")
        elif value != value.strip(): say("0599", f"{name}: white space around it")
        elif not check(value): say("0800" if check is moment else "0599", f"{name}: {value!r}")
    get = lambda n: body.findtext(n) or ""
    when = lambda n: datetime.strptime(get(n), STAMP) if moment(get(n)) else None
    if when("ApplicationTime") and abs(when("ApplicationTime") - now().replace(tzinfo=None)) > timedelta(days=1):
        say("0802", f"ApplicationTime: {get('ApplicationTime')}")
    for first, last in (("StartTime", "ExpireTime"), ("FreezeStartTime", "ExpireTime"), ("PostponeStartTime", "ExpireTime"),
                        ("InquiryPeriodStart", "InquiryPeriodEnd"), ("InterceptionStartTime", "InterceptionEndTime")):
        if when(first) and when(last) and when(first) >= when(last): say("0801", f"{first} is not before {last}")
    if tx == "200101":
        if when("StartTime") and when("ExpireTime") and when("ExpireTime") - when("StartTime") > timedelta(hours=48):
            say("0801", "a stop of more than 48 hours")
        if get("ApplicationType") in ("02", "03", "04", "05") and not get("OriginalApplicationID"):
            say("0500", "OriginalApplicationID: missing for a case that a bank reported")
        if get("ApplicationType") in ("00", "02") and "_" in get("AccountNumber"): say("0599", "AccountNumber: the main account is meant")
        if get("ApplicationType") in ("01", "03") and "_" not in get("AccountNumber"): say("0599", "AccountNumber: <main>_<sub> is meant")
        if when("TransferTime") and when("ApplicationTime") and when("TransferTime") > when("ApplicationTime"):
            say("0801", "TransferTime: after the application")
    if tx[:4] == "2002" and "_" not in get("AccountNumber"): say("0599", "AccountNumber: a freeze names <main>_<sub>")
    if tx == "200301" and get("InquiryMode") != "01" and not (get("InquiryPeriodStart") and get("InquiryPeriodEnd")):
        say("0500", "InquiryPeriodStart and InquiryPeriodEnd: missing")
    if (get("OperatorIDType"), get("OperatorIDNumber")) == (get("InvestigatorIDType"), get("InvestigatorIDNumber")):
        say("0599", "the two officers are one")
    return found + [("0600", what) for what in papers_of(tx, head, body)]

def papers_of(tx, head, body):
    kinds, officers = [], set()
    for paper in body.findall("Attachments/Attachment"):
        if [c.tag for c in paper] != ["Filename", "Content"]: yield f"Attachment: {[c.tag for c in paper]}"; continue
        name, content = paper.findtext("Filename") or "", paper.findtext("Content") or ""
        parts = name.split(".")[0].split("_")
        if not re.fullmatch(r"0[1-5][01]", parts[0]): yield f"Filename: {name!r}"; continue
        if (head.findtext("TransSerialNumber") or "?") not in name: yield f"Filename: no TransSerialNumber in {name!r}"
        kinds.append(parts[0][:2])
        if parts[0][:2] == "01": officers.add(parts[-1])
        try: raw = base64.b64decode(content, validate=True)
        except binascii.Error: yield f"Content of {name}: not Base64"; continue
        if len(raw) > 1 << 20: yield f"Content of {name}: {len(raw)} bytes"
        if not raw.startswith(b"\xff\xd8" if parts[0][2] == "0" else b"%PDF-"): yield f"Content of {name}: not what its name says"
    if tx in PAPERS and sorted(kinds) != PAPERS[tx]: yield f"papers {sorted(kinds)}, not {PAPERS[tx]}"
    wanted = {body.findtext("OperatorIDNumber"), body.findtext("InvestigatorIDNumber")}
    if tx in PAPERS and officers != wanted: yield f"cards of {sorted(officers)}, not of the two officers {sorted(wanted)}"

# ---- the banks -----------------------------------------------------------------------------------------------------

def now(): return datetime.now(CST).replace(microsecond=0)

class Banks:
    def __init__(self, ledger):
        self.accounts = {a["number"]: {**a, "stops": 0, "hold": None, "watch": None} for a in ledger["accounts"]}
        self.movements, self.applications = sorted(ledger["movements"], key=lambda m: m["at"]), {}

    def balance(self, number, upto=None):
        total = Decimal(self.accounts[number].get("opening", "0"))
        for m in self.movements if upto is None else self.movements[:upto + 1]:
            total += Decimal(m["amount"]) * ((m["to"] == number) - (m["from"] == number))
        return total

    def rows(self, number, first, last):
        """Each movement of the account as the bank's Transaction element tells it."""
        for i, m in enumerate(self.movements):
            if number in (m["from"], m["to"]) and first <= m["at"] <= last:
                other = m["from"] if m["to"] == number else m["to"]
                peer = self.accounts.get(other, {})
                yield {"TransactionType": "转账", "BorrowingSigns": "0" if m["from"] == number else "1", "Currency": "CNY",
                       "TransactionAmount": f"{Decimal(m['amount']):.2f}", "AccountBalance": f"{self.balance(number, i):.2f}",
                       "TransactionTime": m["at"], "TransactionSerial": f"HUB{i:09}", "OpponentName": peer.get("name", ""),
                       "OpponentAccountNumber": other, "OpponentCredentialNumber": "", "OpponentDepositBankID": peer.get("bank", ""),
                       "TransactionRemark": m.get("remark", ""), "TransactionBranchName": "", "TransactionBranchCode": "", "LogNumber": "",
                       "SummonsNumber": "", "VoucherType": "", "VoucherCode": "", "CashMark": "00", "TerminalNumber": "",
                       "TransactionStatus": "00", "TransactionAddress": "", "MerchantName": "", "MerchantCode": "", "IPAddress": "",
                       "MAC": "", "TellerCode": "", "Remark": ""}

    def answer(self, tx, get):
        """(result, own fields of the answer, remark). The ways of a bank that follows the platform's codes."""
        if tx == "200309": return self.all_accounts(get)
        key = "CardNumber" if tx[:4] == "2003" else "AccountNumber"
        account = self.accounts.get(get(key).split("_")[0])
        if account is None: return "0300", {}, "无此账户"
        if account["name"] != get("AccountName"): return "0301", {}, "户名不符"
        if tx[:4] == "2002" and (account["id_type"], account["id_number"]) != (get("IDType"), get("IDNumber")):
            return "0100", {}, "证件与账户不符"
        head = {"AccountType": account["type"], "AccountNumber": f'{account["number"]}_{account["sub"]}', "CardNumber": account["number"]}
        return getattr(self, "on_" + tx)(account, head, get)

    def is_held(self, account, kind):
        hold = account["hold"]
        if hold and hold["until"] <= now().strftime(STAMP): account["hold"] = hold = None
        return hold and hold["kind"] == kind

    def on_200101(self, account, head, get):
        left = self.balance(account["number"])
        if self.is_held(account, "stop"): return "1301", head, "已止付"
        if self.is_held(account, "freeze"): return "1303", head, "已冻结"
        if account["stops"] == 2: return "1304", head, "超过止付次数"
        account["stops"] += 1
        start, end = now(), now() + timedelta(hours=48)
        account["hold"] = {"kind": "stop", "application": get("ApplicationID"), "until": end.strftime(STAMP)}
        short = left < Decimal(get("TransferAmount"))
        return "1200" if short else "0000", {**head, "AccountBalance": f"{left:.2f}", "StartTime": start.strftime(STAMP),
                                             "ExpireTime": end.strftime(STAMP)}, "余额不足" if short else ""

    def on_200103(self, account, head, get): return self.relieve(account, head, get, "stop", "1900", {})

    def on_200105(self, account, head, get):
        if not self.is_held(account, "stop"): return "1800", head, "止付已到期"
        if account["hold"]["application"] != get("OriginalApplicationID"): return "0400", head, "无原申请"
        account["hold"]["until"] = get("ExpireTime")
        return "0000", {**head, "Currency": "CNY", "AccountBalance": f'{self.balance(account["number"]):.2f}',
                        "StartTime": get("PostponeStartTime"), "ExpireTime": get("ExpireTime")}, ""

    def on_200201(self, account, head, get):
        if self.is_held(account, "freeze"): return "1303", head, "已冻结"
        left = self.balance(account["number"])
        frozen = left if get("FreezeType") == "02" else min(left, Decimal(get("Balance")))
        account["hold"] = {"kind": "freeze", "application": get("ApplicationID"), "until": get("ExpireTime"), "amount": frozen}
        return "0000", {**head, "AppliedBalance": get("Balance"), "FrozedBalance": f"{frozen:.2f}", "Currency": "CNY",
                        "AccountBalance": f"{left:.2f}", "StartTime": get("FreezeStartTime"), "ExpireTime": get("ExpireTime"),
                        "AccountAvailableBalance": f"{left - frozen:.2f}"}, ""

    def on_200203(self, account, head, get):
        frozen = account["hold"] and account["hold"].get("amount")
        more = {"AppliedBalance": f"{frozen or 0:.2f}", "UnfreezeBalance": f"{frozen or 0:.2f}",
                "AccountBalance": f'{self.balance(account["number"]):.2f}'}
        return self.relieve(account, head, get, "freeze", "0400", more)

    def on_200205(self, account, head, get):
        if not self.is_held(account, "freeze") or account["hold"]["application"] != get("OriginalApplicationID"):
            return "0400", head, "无原申请"
        account["hold"]["until"] = get("ExpireTime")
        return "0000", {**head, "AppliedBalance": get("Balance"), "FrozedBalance": f'{account["hold"]["amount"]:.2f}', "Currency": "CNY",
                        "AccountBalance": f'{self.balance(account["number"]):.2f}', "StartTime": get("PostponeStartTime"),
                        "ExpireTime": get("ExpireTime")}, ""

    def relieve(self, account, head, get, kind, too_late, more):
        if not self.is_held(account, kind): return too_late, head, "已解除或已到期"
        if account["hold"]["application"] != get("OriginalApplicationID"): return "0400", head, "无原申请"
        account["hold"] = None
        return "0000", {**head, **more, "WithdrawalTime": now().strftime(STAMP)}, ""

    def basics(self, account):
        return {"AccountName": account["name"], "CardNumber": account["number"], "DepositBankBranch": account["bank_name"],
                "DepositBankBranchCode": account["bank"], "AccountOpenTime": "20200101090000", "AccountCancellationTime": "",
                "AccountCancellationBranch": "", "Remark": ""}

    def part(self, account):
        left = f'{self.balance(account["number"]):.2f}'
        return {"AccountNumber": f'{account["number"]}_{account["sub"]}', "AccountSerial": account["sub"], "AccountType": account["type"],
                "AccountStatus": "00", "Currency": "CNY", "CashRemit": "", "AccountBalance": left, "AvailableBalance": left,
                "LastTransactionTime": ""}

    def on_200301(self, account, head, get):
        rows = list(self.rows(account["number"], get("InquiryPeriodStart") or "0", get("InquiryPeriodEnd") or "9"))
        part = self.part(account)
        if get("InquiryMode") != "01": part["Transactions"] = [("Transaction", row) for row in rows[:CUT]]
        return "2400" if len(rows) > CUT else "0000", {"Accounts": {**self.basics(account), "Account": part}}, ""

    def on_200303(self, account, head, get):
        return "0000", {"AccountCredentialType": account["id_type"], "AccountCredentialNumber": account["id_number"],
                        "AccountSubjectName": account["name"], "TelNumber": account["phone"]}, ""

    def on_200305(self, account, head, get):
        account["watch"] = get("ApplicationID")
        return "0000", {"AccountName": account["name"], "AccountNumber": head["AccountNumber"], "CardNumber": account["number"],
                        "Transactions": []}, ""

    def on_200307(self, account, head, get):
        if account["watch"] != get("OriginalApplicationID"): return "1600", {}, "无原申请"
        account["watch"] = None
        return "0000", {"CaseNumber": get("CaseNumber"), "ApplicationOrgID": get("ApplicationOrgID"), "ApplicationOrgName": get("ApplicationOrgName"),
                        "ApplicationTime": get("ApplicationTime"), "BankID": get("BankID"), "BankName": get("BankName"),
                        "AccountName": account["name"], "CardNumber": account["number"], "WithdrawalRemark": ""}, ""

    def all_accounts(self, get):
        mine = [a for a in self.accounts.values() if a["id_number"] == get("AccountCredentialNumber")]
        if not mine: return "0100", {}, "无此证件"
        return "0000", {"AccountsList": [("Accounts", {**self.basics(a), "Account": self.part(a)}) for a in mine],
                        "Measures": [], "Priorities": []}, ""

# ---- the hub -------------------------------------------------------------------------------------------------------

def element(name, value):
    e = ET.Element(name)
    if isinstance(value, str): e.text = value
    else:
        for child, inner in (value.items() if isinstance(value, dict) else value): e.append(element(child, inner))
    return e

def document(root, head, body):
    e = ET.Element(root)
    e.append(element("Head", head))
    if body is not None: e.append(element("Body", body))
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(e, encoding="utf-8")

class Hub:
    def __init__(self, dirs, ledger, tell):
        self.dirs, self.node, self.banks, self.tell = dirs, ledger["node"], Banks(ledger), tell
        self.lock, self.kept, self.times, self.serials, self.sequence = threading.Lock(), None, 1, {}, 0

    def serial(self, bank):
        self.sequence += 1
        return f"{bank}_{'0' * 12}{now().strftime(STAMP)}{self.sequence:014}"

    def put(self, where, name, data):
        """Whole or not at all: a temporary name, then the real one."""
        path = os.path.join(self.dirs, where, name)
        with open(path + ".tmp", "wb") as f: f.write(data)
        os.rename(path + ".tmp", path)

    def down(self, bank, tx, body, root="Request"):
        serial = self.serial(bank)
        data = document(root, {"Mode": "01", "To": self.node, "MessageFrom": bank, "TxCode": tx, "TransSerialNumber": serial}, body)
        for _ in range(self.times):
            item = (f"{tx}_{body['ApplicationID']}_{uuid.uuid4().hex}.xml", data)
            if self.kept is None: self.put("downstream", *item)
            else: self.kept.append(item)

    def fetch(self):
        folder = os.path.join(self.dirs, "upstream")
        for name in sorted(os.listdir(folder)):
            if name.endswith(".tmp") or name.startswith("temp"): continue
            path = os.path.join(folder, name)
            with open(path, "rb") as f: data = f.read()
            with self.lock: self.take(name, data)
            os.remove(path)

    def refuse(self, name, data, code, why, serial=""):
        self.tell({"refused": name, "code": code, "why": why})
        self.put("response", name, document("Response", {"Code": code, "Description": why, "TransSerialNumber": serial}, None))
        self.put("error", name, data)

    def take(self, name, data):
        form = NAME.fullmatch(name)
        if not form: return self.refuse(name, data, "200001", "the file's name")
        try: root = ET.fromstring(data.decode("utf-8"))
        except (ET.ParseError, UnicodeDecodeError) as e: return self.refuse(name, data, "200001", str(e))
        head, body = root.find("Head"), root.find("Body")
        if root.tag != "Request" or [c.tag for c in root] != ["Head", "Body"]: return self.refuse(name, data, "200001", "Request, Head, Body")
        serial, tx, application = (head.findtext("TransSerialNumber") or ""), head.findtext("TxCode"), body.findtext("ApplicationID")
        if (tx, application) != form.group(1, 2): return self.refuse(name, data, "200001", "the file's name says another message", serial)
        if tx not in OWN and tx != "200402": return self.refuse(name, data, "200006", f"TxCode {tx}", serial)
        if head.findtext("Mode") != "01" or not re.fullmatch(r"[0-9A-Za-z]{12}", head.findtext("To") or "") or not SERIAL.fullmatch(serial) \
                or not serial.startswith(self.node + "_"):
            return self.refuse(name, data, "200001", f"Head: {[(c.tag, c.text) for c in head]}", serial)
        extra = [c.tag for c in head if c.tag not in ("Mode", "To", "FromTGOrganizationId", "TxCode", "TransSerialNumber", "IsFeedbackNode", "MessageFrom")]
        if extra: return self.refuse(name, data, "200001", f"Head: {extra}", serial)
        if serial in self.serials and self.serials[serial] != data: return self.refuse(name, data, "200003", "other bytes under this serial", serial)
        known, self.serials[serial] = serial in self.serials, data
        self.put("response", name, document("Response", {"Code": "100000", "Description": "成功", "TransSerialNumber": serial}, None))
        if tx == "200402":
            return self.tell({"taken": tx, "application": application, "body": {c.tag: c.text or "" for c in body}})
        if not known and application in self.banks.applications:
            if self.banks.applications[application] != (tx, body_of(body)):
                self.tell({"problem": f"{application}: another request under the same number"})
        problems = problems_of(tx, head, body)
        to = head.findtext("To")
        if body.findtext("BankID") and body.findtext("BankID") != to: problems.append(("0700", "BankID is not the receiver"))
        get = lambda n: body.findtext(n) or ""
        if problems: result, own, remark = problems[0][0], {}, problems[0][1]
        elif application in self.banks.applications: result, own, remark = "0900", {}, "已处理"
        else: result, own, remark = self.banks.answer(tx, get)
        self.banks.applications.setdefault(application, (tx, body_of(body)))
        self.tell({"taken": tx, "application": application, "to": to, "result": result, "problems": [f"{c} {w}" for c, w in problems],
                   "body": {c.tag: c.text or "" for c in body if c.tag != "Attachments"}})
        done = {} if tx[:4] == "2003" or result in ("0000", "1200") else {"FailureCause": remark}
        self.down(to, f"{int(tx) + 1}", {"ApplicationID": application, "Result": result, **own, **done, "FeedbackRemark": remark,
                                         "FeedbackOrgName": "测试银行", "OperatorName": "柜员甲", "OperatorPhoneNumber": "0713-0000001"})

    def order(self, command):
        with self.lock: getattr(self, "do_" + command["do"])(command)
        self.tell({"did": command["do"]})

    def do_hold(self, _): self.kept = self.kept or []

    def do_release(self, command):
        kept, self.kept = self.kept or [], None
        for item in (reversed(kept) if command.get("order") == "last" else kept): self.put("downstream", *item)

    def do_repeat(self, command): self.times = command["times"]

    def do_move(self, m):
        self.banks.movements.append({"at": now().strftime(STAMP), "from": m["from"], "to": m["to"], "amount": m["amount"]})
        for number in (m["from"], m["to"]):
            account = self.banks.accounts.get(number)
            if account and account["watch"]:
                self.down(account["bank"], "200306", {
                    "ApplicationID": account["watch"], "Result": "0000", "AccountName": account["name"],
                    "AccountNumber": f'{number}_{account["sub"]}', "CardNumber": number,
                    "Transactions": [("Transaction", row) for row in list(self.banks.rows(number, "0", "9"))[-1:]],
                    "FeedbackRemark": "", "FeedbackOrgName": "测试银行", "OperatorName": "柜员甲", "OperatorPhoneNumber": "0713-0000001"})

    def do_report(self, command): self.down(command["bank"], command["code"], command["body"])

    def do_raw(self, command): self.put("downstream", command["name"], base64.b64decode(command["base64"]))

def body_of(body): return [(c.tag, c.text) for c in body if c.tag != "Attachments"]

def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("--dirs", required=True); ask.add_argument("--ledger", required=True)
    args = ask.parse_args()
    with open(args.ledger, encoding="utf-8") as f: ledger = json.load(f)
    out = threading.Lock()
    def tell(what):
        with out: print(json.dumps(what, ensure_ascii=False), flush=True)
    hub = Hub(args.dirs, ledger, tell)
    def commands():
        for line in sys.stdin: hub.order(json.loads(line))
        os._exit(0)     # whoever started us is gone
    threading.Thread(target=commands, daemon=True).start()
    tell({"ready": True})
    while True:
        hub.fetch()
        time.sleep(FETCH)

if __name__ == "__main__": main()
