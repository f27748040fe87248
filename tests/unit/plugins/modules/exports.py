# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports of other programs, and the profile that each becomes."""

from __future__ import annotations

from typing import Any

# Each as the program writes it: (encoding, text, template asked for, kind, fields of the object of the first record).
EXPORTS: dict[str, tuple[str, str, str, str, dict[str, Any]]] = {
    "german excel, staff": (
        "cp1252",
        (
            "Name;Vorname;Durchwahl;E-Mail;Handy;Abteilung\r\n"
            "Müller;Jürgen;217;Juergen.Mueller@firma.example;0171 5550123;Einkauf\r\n"
            "Groß;Eva;218;eva.gross@firma.example;;Verkauf\r\n"
        ),
        "csv_users",
        "user",
        {"username": "juergen.mueller", "display_name": "Jürgen Müller", "extension": "217", "given_name": "Jürgen"},
    ),
    "german excel, customers": (
        "cp1252",
        "Firma;Ansprechpartner;Telefon;Fax;E-Mail\r\nMüller & Söhne;;0991 2960-0;0991 2960-9;info@soehne.example\r\n",
        "csv_phonebook",
        "phonebook_entry",
        {"display_name": "Müller & Söhne", "phone": "0991 2960-0", "fax": "0991 2960-9"},
    ),
    "english excel": (
        "utf-8-sig",
        "First Name,Last Name,Extension,Email,Mobile,Job Title\nMax,Muster,217,max@corp.example,+49171555,Buyer\n",
        "csv_users",
        "user",
        {"username": "max", "display_name": "Max Muster", "extension": "217"},
    ),
    "outlook, english": (
        "cp1252",
        (
            "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Fax,"
            "Business Phone,Home Phone,"
            "Mobile Phone,E-mail Address,Notes\n"
            "Dr.,Max,,Muster,,Muster Ltd,Sales,Buyer,+49 89 9,+49 89 5550-217,+49 89 1,+49 171 2,"
            "max@muster.example,VIP\n"
        ),
        "csv_phonebook",
        "phonebook_entry",
        {
            "display_name": "Max Muster", "phone": "+49 89 5550-217", "mobile": "+49 171 2", "homephone": "+49 89 1",
            "fax": "+49 89 9", "organisation": "Muster Ltd", "email": "max@muster.example", "notes": "VIP",
        },
    ),
    "outlook, german": (
        "cp1252",
        (
            '"Anrede","Vorname","Weitere Vornamen","Nachname","Suffix","Firma","Abteilung","Position",'
            '"Fax geschäftlich",'
            '"Telefon geschäftlich","Telefon (privat)","Mobiltelefon","E-Mail-Adresse"\r\n'
            '"","Jörg","","Weiß","","Bäckerei Weiß","","Inhaber","","0991/12345","","0171/999",'
            '"joerg@weiss.example"\r\n'
        ),
        "csv_phonebook",
        "phonebook_entry",
        {"display_name": "Jörg Weiß", "phone": "0991/12345", "mobile": "0171/999", "organisation": "Bäckerei Weiß"},
    ),
    "google": (
        "utf-8",
        (
            "First Name,Middle Name,Last Name,Organization Name,Organization Title,Labels,"
            "E-mail 1 - Label,E-mail 1 - Value,"
            "Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value\n"
            "Max,,Muster,Muster Ltd,Buyer,* myContacts,Work,max@muster.example ::: m@x.example,Mobile,+49 171 2,Work,"
            "+49 89 217 ::: +49 89 218\n"
        ),
        "csv_phonebook",
        "phonebook_entry",
        {"display_name": "Max Muster", "phone": "+49 89 217", "mobile": "+49 171 2", "email": "max@muster.example"},
    ),
    "google, before 2024": (
        "utf-16",
        (
            "Name,Given Name,Family Name,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,"
            "Phone 1 - Value,Organization 1 - Name\n"
            "Max Muster,Max,Muster,* Work,max@muster.example,,+49 89 217,Muster Ltd\n"
        ),
        "csv_phonebook",
        "phonebook_entry",
        {"display_name": "Max Muster", "phone": "+49 89 217", "organisation": "Muster Ltd"},
    ),
    "freepbx extensions": (
        "utf-8",
        "extension,password,name,voicemail,ringtimer,noanswer\n217,,Max Muster,default,0,\n218,,Eva,novm,0,\n",
        "csv_users",
        "user",
        {"username": "217", "display_name": "Max Muster", "extension": "217"},
    ),
    "freepbx userman": (
        "utf-8",
        (
            "username,password,default_extension,description,fname,lname,displayname,title,company,"
            "department,email,cell,work\n"
            "mmuster,,217,,Max,Muster,Max Muster,,Muster Ltd,,max@corp.example,+49171,+4989217\n"
        ),
        "csv_users",
        "user",
        {"username": "mmuster", "display_name": "Max Muster", "extension": "217", "email": "max@corp.example"},
    ),
    "freepbx contactmanager": (
        "utf-8",
        (
            "groupname,displayname,fname,lname,title,company,phone_1_number,phone_1_type,"
            "phone_2_number,phone_2_type,email_1\n"
            "all,Max Muster,Max,Muster,,Muster Ltd,+4989217,work,+49171,cell,max@muster.example\n"
        ),
        "csv_phonebook",
        "phonebook_entry",
        {"display_name": "Max Muster", "phone": "+4989217", "mobile": "+49171", "email": "max@muster.example"},
    ),
    "3cx extensions": (
        "utf-8",
        (
            "Number,FirstName,LastName,EmailAddress,MobileNumber,AuthID,AuthPassword,EnableVoicemail,VMNoPin,VMPIN\n"
            "217,Max,Muster,max@corp.example,+49171,a1b2c3d4,geheim-X1,1,0,4711\n"
        ),
        "csv_users",
        "user",
        {"username": "max", "display_name": "Max Muster", "extension": "217"},
    ),
    "3cx phonebook": (
        "utf-8",
        (
            "FirstName,LastName,Company,Mobile,Mobile2,Home,Home2,Business,Business2,Email,Other,BusinessFax\n"
            "Max,Muster,Muster Ltd,+49171,,+49891,,+4989217,,max@muster.example,,+49899\n"
        ),
        "csv_phonebook",
        "phonebook_entry",
        {"display_name": "Max Muster", "phone": "+4989217", "mobile": "+49171", "homephone": "+49891", "fax": "+49899"},
    ),
    "yealink": (
        "utf-8",
        (
            "display_name,office_number,mobile_number,other_number,line,ring,auto_divert,priority,group_id_name\n"
            "Max Muster,+4989217,+49171,,-1,Auto,,,All Contacts\n"
        ),
        "csv_phonebook",
        "phonebook_entry",
        {"display_name": "Max Muster", "phone": "+4989217", "mobile": "+49171"},
    ),
    "pascom users": (
        "utf-8",
        (
            "displayname,username,password,pin,phone,givenname,surname,email,mobile,homephone,job\n"
            "Max Muster,MMuster,correct-horse,4711,217,Max,Muster,max@corp.example,,,Buyer\n"
        ),
        "csv_users",
        "user",
        {"username": "mmuster", "display_name": "Max Muster", "extension": "217"},
    ),
    "pascom phonebook": (
        "utf-8",
        (
            "displayname;phone;givenname;surname;organisation;email;mobile;homephone;fax\n"
            "Max Muster;+4989217;Max;Muster;;;;;\n"
        ),
        "csv_phonebook",
        "phonebook_entry",
        {"display_name": "Max Muster", "phone": "+4989217"},
    ),
    "lexware, customers": (
        "cp1252",
        (
            "Kundennr.;Matchcode;Anrede;Firma;Vorname;Name;Straße;PLZ;Ort;Telefon 1;Telefon 2;Telefax;Mobil;E-Mail\r\n"
            "10001;MUSTER;Firma;Muster GmbH;Erika;Müller;Weg 1;94469;Ort;0991 1;0991 2;0991 9;0171 5;a@b.example\r\n"
            "10002;BETA;Firma;Beta AG;;;Weg 3;94469;Ort;0991 3;;;;\r\n"
        ),
        "csv_phonebook",
        "phonebook_entry",
        {
            "display_name": "Erika Müller", "organisation": "Muster GmbH", "phone": "0991 1", "fax": "0991 9",
            "mobile": "0171 5", "email": "a@b.example",
        },
    ),
    "thunderbird, german": (
        "utf-8",
        (
            "Vorname,Nachname,Anzeigename,Spitzname,Primäre E-Mail-Adresse,Sekundäre E-Mail-Adresse,Messenger-Name,"
            "Tel. dienstlich,Tel. privat,Fax-Nummer,Pager-Nummer,Mobil-Tel.-Nr.,Privat: Adresse,Organisation,"
            "Notizen\r\n"
            "Erika,Müller,,,erika@example.com,e@home.example,,0991 1,0991 2,0991 3,0991 8,0171 4,Weg 1,Muster,VIP\r\n"
        ),
        "csv_phonebook",
        "phonebook_entry",
        {
            "display_name": "Erika Müller", "phone": "0991 1", "homephone": "0991 2", "fax": "0991 3",
            "mobile": "0171 4", "email": "erika@example.com", "organisation": "Muster", "notes": "VIP",
        },
    ),
    "staff with tabs": (
        "utf-16",
        (
            "Personalnr\tNachname\tVorname\tKostenstelle\tTel.\tMobiltel.\tE-Mail-Adr.\n"
            "1001\tMüller\tErika\tK1\t217\t0171 4\terika@example.com\n"
        ),
        "csv_users",
        "user",
        {"username": "erika", "display_name": "Erika Müller", "extension": "217", "phonebook": {"mobile": "0171 4"}},
    ),
    "speed dials with names in two columns": (
        "cp1252",
        "Rufnummer;Name;Vorname;Kurzwahl\r\n0991 1;Müller;Erika;701\r\n",
        "csv_users",
        "speed_dial",
        {"number": "701", "destination": "0991 1", "display_name": "Erika Müller"},
    ),
    "speed dials": (
        "cp850",
        "Kurzwahl;Bezeichnung;Rufnummer\r\n801;Büro Köln;0221 5550\r\n",
        "csv_users",
        "speed_dial",
        {"number": "801", "destination": "0221 5550", "display_name": "Büro Köln"},
    ),
}  # fmt: skip
