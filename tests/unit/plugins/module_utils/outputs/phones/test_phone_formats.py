# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The XML phonebooks: valid by a schema of ours for libxml2, complete, and as phones' documentation has them."""
# ruff: noqa: E501

from __future__ import annotations

import io

import pytest
from lxml import etree

from ansible_collections.telephony.connector.tests.unit.plugins.module_utils.outputs.conftest import (
    HOSTILE,
    import_book,
)

NUMBER = "<!ELEMENT {0} (#PCDATA)>".format
TEXTS = "".join


#: what each format may hold; the sources are those of the golden files below
SCHEMAS = {
    "yealink": "<!ELEMENT YealinkIPPhoneDirectory (DirectoryEntry*)><!ELEMENT DirectoryEntry (Name, Telephone+)>"
    "<!ELEMENT Name (#PCDATA)><!ELEMENT Telephone (#PCDATA)><!ATTLIST Telephone label (Office|Mobile|Home) #REQUIRED>",
    "snom": "<!ELEMENT tbook (contact*)><!ATTLIST tbook e CDATA #FIXED '2' version CDATA #FIXED '2.0'"
    " complete CDATA #FIXED 'true'>"
    "<!ELEMENT contact (first_name?, last_name?, organization?, email?, note?, numbers)>"
    "<!ATTLIST contact fav (true|false) #REQUIRED vip (true|false) #REQUIRED blocked (true|false) #REQUIRED>"
    + TEXTS(f"<!ELEMENT {name} (#PCDATA)>" for name in ("first_name", "last_name", "organization", "email", "note"))
    + "<!ELEMENT numbers (number+)><!ELEMENT number EMPTY><!ATTLIST number no CDATA #REQUIRED"
    " type (business|extension|fixed|mobile|home|sip) #REQUIRED outgoing_id CDATA #REQUIRED>",
    "grandstream": "<!ELEMENT AddressBook (version?, pbgroup*, Contact*)><!ELEMENT pbgroup (id, name, ringtones?)>"
    "<!ELEMENT Contact (id, FirstName, LastName, Frequent, Phone+, Group)>"
    "<!ELEMENT Phone (phonenumber, accountindex)><!ATTLIST Phone type (Work|Home|Mobile|Fax|Other) #REQUIRED>"
    + TEXTS(
        f"<!ELEMENT {name} (#PCDATA)>"
        for name in ("id", "name", "FirstName", "LastName", "Frequent", "phonenumber", "accountindex", "Group")
    ),
    "poly": "<!ELEMENT directory (item_list)><!ELEMENT item_list (item*)><!ELEMENT item (ln, fn, ct, lb)>"
    + TEXTS(f"<!ELEMENT {name} (#PCDATA)>" for name in ("ln", "fn", "ct", "lb")),
    "fanvil": "<!ELEMENT PhoneBook (DirectoryEntry*)>"
    "<!ELEMENT DirectoryEntry (Name, Telephone, Mobile, Other, Ring, Group)>"
    + TEXTS(f"<!ELEMENT {name} (#PCDATA)>" for name in ("Name", "Telephone", "Mobile", "Other", "Ring", "Group")),
    "gigaset": "<!ELEMENT list (entry*)><!ELEMENT entry EMPTY><!ATTLIST entry "
    + TEXTS(
        f"{name} CDATA #REQUIRED "
        for name in ("surname", "name", "office1", "office2", "mobile1", "mobile2", "home1", "home2")
    )
    + ">",
    "mitel": "<!ELEMENT AastraIPPhoneTextMenu (Title, MenuItem*)>"
    "<!ATTLIST AastraIPPhoneTextMenu style CDATA #IMPLIED destroyOnExit (yes|no) #IMPLIED>"
    "<!ELEMENT MenuItem (Prompt, URI)>" + TEXTS(f"<!ELEMENT {name} (#PCDATA)>" for name in ("Title", "Prompt", "URI")),
    "fritzbox": "<!ELEMENT phonebooks (phonebook)><!ELEMENT phonebook (contact*)><!ATTLIST phonebook name CDATA #REQUIRED>"
    "<!ELEMENT contact (category, person, telephony, services)><!ELEMENT category (#PCDATA)>"
    "<!ELEMENT person (realName)><!ELEMENT realName (#PCDATA)><!ELEMENT telephony (number+)>"
    "<!ATTLIST telephony nid CDATA #REQUIRED><!ELEMENT number (#PCDATA)>"
    "<!ATTLIST number type (home|mobile|work|fax_work) #REQUIRED prio (0|1) #REQUIRED id CDATA #REQUIRED>"
    "<!ELEMENT services (email?)><!ELEMENT email (#PCDATA)>"
    "<!ATTLIST email classifier CDATA #REQUIRED id CDATA #REQUIRED>",
}  # fmt: skip


#: where a reader finds names and numbers
NAMES = {
    "yealink": "//Name/text()",
    "snom": "//first_name/text()",
    "grandstream": "//LastName/text()",
    "poly": "//lb/text()",
    "fanvil": "//Name/text()",
    "gigaset": "//@surname",
    "mitel": "//Prompt/text()",
    "fritzbox": "//realName/text()",
}
NUMBERS = {
    "yealink": "//Telephone/text()",
    "snom": "//@no",
    "grandstream": "//phonenumber/text()",
    "poly": "//ct/text()",
    "fanvil": "//Telephone/text() | //Mobile/text() | //Other/text()",
    "gigaset": "//@office1[. != ''] | //@mobile1[. != '']",
    "mitel": "//URI/text()",
    "fritzbox": "//number/text()",
}


#: formats that have an entry for each number
ONE_NUMBER = {"poly", "mitel", "cisco"}
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


#: one person with all numbers; each as in the vendor's documentation named in the comment
GOLDEN = {
    # wazo-platform/wazo-phoned (yealink), sorvani/freepbx-helper-scripts: YealinkIPPhoneDirectory, DirectoryEntry, label
    "yealink": """<YealinkIPPhoneDirectory>
  <DirectoryEntry><Name>Müller, Erika</Name><Telephone label="Office">+499912960100</Telephone>\
<Telephone label="Mobile">+491712345678</Telephone><Telephone label="Home">+49991777</Telephone></DirectoryEntry>
</YealinkIPPhoneDirectory>
""",
    # service.snom.com, Local Directory (tbook 2.0): elements, number types, complete
    "snom": """<tbook e="2" version="2.0" complete="true">
  <contact fav="false" vip="false" blocked="false"><first_name>Erika</first_name><last_name>Müller</last_name>\
<organization>Muster &amp; Söhne</organization><email>erika@example.com</email><numbers>\
<number no="+499912960100" type="business" outgoing_id="0"/>\
<number no="+491712345678" type="mobile" outgoing_id="0"/><number no="+49991777" type="home" outgoing_id="0"/>\
</numbers></contact>
</tbook>
""",
    # Grandstream XML phonebook guide: pbgroup, Contact, Phone type, accountindex
    "grandstream": """<AddressBook>
  <pbgroup><id>1</id><name>Company</name></pbgroup>
  <Contact><id>1</id><FirstName>Erika</FirstName><LastName>Müller</LastName><Frequent>0</Frequent>\
<Phone type="Work"><phonenumber>+499912960100</phonenumber><accountindex>0</accountindex></Phone>\
<Phone type="Mobile"><phonenumber>+491712345678</phonenumber><accountindex>0</accountindex></Phone>\
<Phone type="Home"><phonenumber>+49991777</phonenumber><accountindex>0</accountindex></Phone><Group>1</Group>\
</Contact>
</AddressBook>
""",
    # Polycom administrator guides: directory/item_list/item with ln, fn, ct, lb; ct once
    "poly": """<directory>
  <item_list>
    <item><ln>Müller</ln><fn>Erika</fn><ct>+499912960100</ct><lb>Müller, Erika</lb></item>
    <item><ln>Müller</ln><fn>Erika (home)</fn><ct>+49991777</ct><lb>Müller, Erika (home)</lb></item>
    <item><ln>Müller</ln><fn>Erika (mobile)</fn><ct>+491712345678</ct><lb>Müller, Erika (mobile)</lb></item>
  </item_list>
</directory>
""",
    # wazo-platform/wazo-phoned (fanvil_results_v2): PhoneBook, DirectoryEntry with all six elements
    "fanvil": """<PhoneBook>
  <DirectoryEntry><Name>Müller, Erika</Name><Telephone>+499912960100</Telephone><Mobile>+491712345678</Mobile>\
<Other>+49991777</Other><Ring>Default</Ring><Group></Group></DirectoryEntry>
</PhoneBook>
""",
    # teamwork.gigaset.com 902955346: DOCTYPE LocalDirectory, list/entry, the eight attributes
    "gigaset": """<!DOCTYPE LocalDirectory>
<list>
  <entry surname="Müller" name="Erika" office1="+499912960100" office2="" mobile1="+491712345678" mobile2="" home1="+49991777" home2=""/>
</list>
""",
    # wazo-platform/wazo-phoned (aastra_results): AastraIPPhoneTextMenu, MenuItem, Prompt, URI Dial:
    "mitel": """<AastraIPPhoneTextMenu style="none" destroyOnExit="yes">
  <Title>Company</Title>
  <MenuItem><Prompt>Müller, Erika</Prompt><URI>Dial:+499912960100</URI></MenuItem>
  <MenuItem><Prompt>Müller, Erika (home)</Prompt><URI>Dial:+49991777</URI></MenuItem>
  <MenuItem><Prompt>Müller, Erika (mobile)</Prompt><URI>Dial:+491712345678</URI></MenuItem>
</AastraIPPhoneTextMenu>
""",
    # carlos22/carddav2fb: phonebooks/phonebook/contact, person/realName, telephony/number type and prio, services/email
    "fritzbox": """<phonebooks>
  <phonebook name="Company">
    <contact><category>0</category><person><realName>Müller, Erika</realName></person><telephony nid="3">\
<number type="work" prio="1" id="0">+499912960100</number>\
<number type="mobile" prio="0" id="1">+491712345678</number><number type="home" prio="0" id="2">+49991777</number>\
</telephony><services><email classifier="private" id="0">erika@example.com</email></services></contact>
  </phonebook>
</phonebooks>
""",
}


@pytest.fixture
def erika(system):
    """One person with everything."""
    system.by_hand(
        "phonebook_entry", display_name="Müller, Erika", given_name="Erika", surname="Müller",
        organisation="Muster & Söhne", email="erika@example.com", phone="+49 991 2960100",
        mobile="+49 171 2345678", homephone="+49 991 777",
    )  # fmt: skip
    return system


@pytest.mark.parametrize("format_", SCHEMAS)
def test_one_person_is_written_as_the_documentation_has_it(erika, publish, tmp_path, format_):
    publish(erika, format_, numbers={"form": "e164", "country": "DE"})
    assert (tmp_path / "out/book").read_text() == HEAD + GOLDEN[format_]


@pytest.mark.parametrize("format_", SCHEMAS)
def test_hostile_names_come_back_as_they_are(hostile, publish, tmp_path, format_):
    publish(hostile, format_)
    tree = etree.parse(tmp_path / "out/book")
    dtd = etree.DTD(io.StringIO(SCHEMAS[format_]))
    assert dtd.validate(tree), dtd.error_log
    wanted = [name.replace("\ufffe", "") for name, *_others in HOSTILE]
    suffixes = [f"{name} (mobile)" for name, _phone, mobile, _org in HOSTILE if mobile and format_ in ONE_NUMBER]
    names = tree.xpath(NAMES[format_])
    if format_ == "poly":
        wanted, names = [name[:7] for name in wanted + suffixes], [name[:7] for name in names]
    else:
        wanted += suffixes
    assert sorted(names) == sorted(wanted)
    numbers = [number.removeprefix("Dial:") for number in tree.xpath(NUMBERS[format_])]
    assert sorted(numbers) == sorted(number for one in HOSTILE for number in one[1:3] if number)


def test_names_of_a_poly_directory_have_40_bytes_at_most_and_whole_characters(hostile, publish, tmp_path):
    hostile.by_hand("phonebook_entry", display_name="👨‍👩‍👧" * 5, phone="+49 991 1")
    result = publish(hostile, "poly")
    tree = etree.parse(tmp_path / "out/book")
    assert all(len(text.encode()) <= 40 for text in tree.xpath("//ln/text() | //fn/text() | //lb/text()"))
    assert "👨‍👩‍👧👨‍👩‍👧" in tree.xpath("//lb/text()")
    assert {one["rule"] for one in result["cut"]} == {"at most 40 bytes", "at most 31 bytes"}
    assert result["counts"]["cut"] == len(result["cut"])


def test_a_number_is_in_a_poly_directory_once(system, publish, tmp_path):
    system.by_hand("phonebook_entry", display_name="Anna", phone="+49 991 1")
    system.by_hand("phonebook_entry", display_name="Bert", phone="+49 991 1", mobile="+49 171 1")
    result = publish(system, "poly")
    assert etree.parse(tmp_path / "out/book").xpath("//ct/text()") == ["+49 991 1", "+49 171 1"]
    assert [(one["name"], one["field"]) for one in result["left_out"]] == [("Bert", "phone")]


def test_a_fritzbox_phonebook_is_read_by_fritzconnection(hostile, publish, tmp_path):
    from fritzconnection.core.processor import process_node
    from fritzconnection.lib.fritzphonebook import Phonebook

    publish(hostile, "fritzbox")
    import xml.etree.ElementTree as ET

    phonebook = Phonebook()
    process_node(phonebook, ET.parse(tmp_path / "out/book").getroot().find("phonebook"))
    read = {contact.name: contact.numbers for contact in phonebook.contacts}
    assert read == {
        name.replace("\ufffe", ""): [number for number in (phone, mobile) if number]
        for name, phone, mobile, _organisation in HOSTILE
    }


def test_a_cisco_directory_has_pages_of_32_and_a_menu(system, publish, tmp_path):
    import_book(system, ((f"Person {n:04}", f"+49 991 {n:04}", "", "") for n in range(70)))
    result = publish(system, "cisco", "pages", target={"url": "http://pbx/pages/"})
    folder = tmp_path / "out/pages"
    assert sorted(path.name for path in folder.iterdir()) == [
        "menu.xml",
        "page0001.xml",
        "page0002.xml",
        "page0003.xml",
    ]
    pages = [etree.parse(path) for path in sorted(folder.glob("page*"))]
    assert [len(page.xpath("//DirectoryEntry")) for page in pages] == [32, 32, 6]
    assert pages[1].findtext("Prompt") == "Records 33 to 64 of 70"
    assert [page.xpath("//SoftKeyItem[Name='Next']/URL/text()") for page in pages] == [
        ["http://pbx/pages/page0002.xml"], ["http://pbx/pages/page0003.xml"], [],
    ]  # fmt: skip
    menu = etree.parse(folder / "menu.xml")
    assert menu.xpath("//MenuItem/Name/text()")[0] == "Person 0000 - Person 0031"
    assert menu.xpath("//MenuItem/URL/text()")[2] == "http://pbx/pages/page0003.xml"
    assert sum(one["entries"] for one in result["files"]) == 70
    assert publish(system, "cisco", "pages", target={"url": "http://pbx/pages/"})["changed"] is False


def test_a_cisco_menu_has_100_items_at_most_and_names_64_characters(system, publish, tmp_path):
    import_book(system, ((f"{n:05}{'x' * 70}", f"+49 991 {n:05}", "", "") for n in range(4000)))
    result = publish(system, "cisco", "pages")
    folder = tmp_path / "out/pages"
    assert len(etree.parse(folder / "menu.xml").xpath("//MenuItem")) == 63
    names = etree.parse(folder / "page0001.xml").xpath("//Name/text()")
    assert max(map(len, names)) == 64
    assert result["counts"]["cut"] == 4000
    assert len(result["cut"]) == 500
