CREATE TABLE public.changes (
    run_id integer NOT NULL,
    seq integer NOT NULL,
    action text NOT NULL,
    kind text NOT NULL,
    object_id bigint NOT NULL,
    name text NOT NULL,
    key text,
    reason text NOT NULL,
    before text,
    after text
);
CREATE TABLE public.credentials (
    object_id bigint NOT NULL,
    field text NOT NULL,
    value text NOT NULL
);
CREATE TABLE public.identifiers (
    space text NOT NULL,
    value text NOT NULL,
    object_id bigint NOT NULL,
    field text NOT NULL
);
CREATE TABLE public.labels (
    name text NOT NULL
);
CREATE TABLE public.links (
    profile_id integer NOT NULL,
    key text NOT NULL,
    slot text NOT NULL,
    object_id bigint NOT NULL,
    version integer NOT NULL,
    fingerprint bytea,
    origin text NOT NULL,
    applied text NOT NULL
);
CREATE TABLE public.meta (
    name text NOT NULL,
    value text NOT NULL
);
CREATE TABLE public.objects (
    id bigint NOT NULL,
    kind text NOT NULL,
    version integer NOT NULL,
    name text NOT NULL,
    fields text NOT NULL
);
CREATE TABLE public.profiles (
    id integer NOT NULL,
    name text NOT NULL,
    options text NOT NULL,
    checkpoint text
);
CREATE SEQUENCE public.profiles_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.profiles_id_seq OWNED BY public.profiles.id;
CREATE TABLE public.roles (
    name text NOT NULL
);
CREATE TABLE public.runs (
    id integer NOT NULL,
    profile text,
    mode text NOT NULL,
    started text NOT NULL,
    finished text NOT NULL,
    result text NOT NULL,
    complete boolean NOT NULL,
    plan_digest text NOT NULL,
    counts text NOT NULL,
    findings text NOT NULL
);
CREATE SEQUENCE public.runs_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.runs_id_seq OWNED BY public.runs.id;
CREATE TABLE public.settings (
    name text NOT NULL,
    value text NOT NULL
);
ALTER TABLE ONLY public.profiles ALTER COLUMN id SET DEFAULT nextval('public.profiles_id_seq'::regclass);
ALTER TABLE ONLY public.runs ALTER COLUMN id SET DEFAULT nextval('public.runs_id_seq'::regclass);
INSERT INTO public.changes VALUES (1, 1, 'create', 'user', 2, 'anna', 'anna', 'new in the source', NULL, '{"username":"anna","display_name":"Anna Straße","email":"anna@corp.example","extension":"201","pin":"********","password":"********","roles":["admin"]}');
INSERT INTO public.changes VALUES (1, 2, 'create', 'user', 3, 'ben', 'ben', 'new in the source', NULL, '{"username":"ben","display_name":"Ben Groß","extension":"202","devices":[{"type":"ip_phone","mac":"001122334455","username":"ben","password":"********"}]}');
INSERT INTO public.changes VALUES (1, 4, 'create', 'user', 5, 'dora', 'dora', 'new in the source', NULL, '{"username":"dora","display_name":"Dora","extension":"204"}');
INSERT INTO public.changes VALUES (1, 3, 'create', 'user', 4, 'carl', 'carl', 'new in the source', NULL, '{"username":"carl","display_name":"Carl","extension":"301","password":"********"}');
INSERT INTO public.changes VALUES (2, 1, 'create', 'phonebook_entry', 7, 'Muster GmbH', 'muster gmbh|muster|09912960', 'new in the source', NULL, '{"display_name":"Muster GmbH","phone":"09912960","organisation":"Muster","mobile":"0171234567"}');
INSERT INTO public.changes VALUES (2, 2, 'create', 'phonebook_entry', 8, 'Taxi', 'taxi||19410', 'new in the source', NULL, '{"display_name":"Taxi","phone":"19410"}');
INSERT INTO public.changes VALUES (3, 1, 'create', 'speed_dial', 10, '801', '801', 'new in the source', NULL, '{"number":"801","destination":"19410","display_name":"Taxi"}');
INSERT INTO public.changes VALUES (4, 1, 'create', 'user', 11, 'reception', NULL, 'changed by hand', '{}', '{"username":"reception","display_name":"Reception","extension":"200","pin":"********"}');
INSERT INTO public.changes VALUES (5, 1, 'create', 'phonebook_entry', 12, 'Annas Bruder', NULL, 'changed by hand', '{}', '{"display_name":"Annas Bruder","phone":"0171999","owner":"anna","labels.family":"yes"}');
INSERT INTO public.changes VALUES (6, 1, 'update', 'user', 3, 'ben', NULL, 'changed by hand', '{}', '{"email":"ben@hand.example"}');
INSERT INTO public.changes VALUES (7, 2, 'remove', 'user', 5, 'dora', 'dora', 'no longer in the source', '{"username":"dora","display_name":"Dora","extension":"204"}', NULL);
INSERT INTO public.credentials VALUES (2, 'password', '$argon2id$v=19$m=19456,t=2,p=1$83QxDGKTOjWiKzmPBnHQuw$aO7AGuf3qDKxYaTrFK6G6WvaSikQ8wkDc6MxnhkUAKg');
INSERT INTO public.credentials VALUES (2, 'pin', '$argon2id$v=19$m=19456,t=2,p=1$pvQf9D7xx9sfPRXKMsk8/g$AbKs1v8Y4sNYEN6uXpJ4otLp98Y2O9vhzXlykLlqwRE');
INSERT INTO public.credentials VALUES (3, 'device:658ca8b86819d6c69c57f0e5159341d9', 'gAAAAABrCwXH8oW-tbg1p9_pJVHcYQ1FsLd6LM7Yy79WxCpmDH33ap_y1xOvWbvmrkLLD2pBs5Nh4F6DwJ0-Kj5Z9ACw-JHHVA==');
INSERT INTO public.credentials VALUES (4, 'password', '$argon2id$v=19$m=19456,t=2,p=1$OdmahvacwcpSoLsYL4MIxg$v+0G9VY/XIrS0G8h5Om3034/ILs5H8BJd2oZBYr025A');
INSERT INTO public.credentials VALUES (11, 'pin', '$argon2id$v=19$m=19456,t=2,p=1$h9uDXsmwst1+1qaBRohWMA$fBAtCJbU04gB0rSaOU3F3gr7IYLa6Ay+dHAIgZ7sJHQ');
INSERT INTO public.identifiers VALUES ('number', '201', 2, 'extension');
INSERT INTO public.identifiers VALUES ('number', '301', 4, 'extension');
INSERT INTO public.identifiers VALUES ('username', 'anna', 2, 'username');
INSERT INTO public.identifiers VALUES ('username', 'carl', 4, 'username');
INSERT INTO public.identifiers VALUES ('number', '801', 10, 'number');
INSERT INTO public.identifiers VALUES ('username', 'reception', 11, 'username');
INSERT INTO public.identifiers VALUES ('number', '200', 11, 'extension');
INSERT INTO public.identifiers VALUES ('username', 'ben', 3, 'username');
INSERT INTO public.identifiers VALUES ('number', '202', 3, 'extension');
INSERT INTO public.labels VALUES ('family');
INSERT INTO public.links VALUES (1, 'anna', 'user', 2, 1, '\x0200ac0dba1a70864c7a175df3e83ffb', 'created', '{"username":"anna","display_name":"Anna Straße","email":"anna@corp.example","extension":"201","pin":"5d4d269e279cfbd41d1b99e95c9d3271","password":"0ce58056eb567b64676b9551088c2e1b","roles":["admin"]}');
INSERT INTO public.links VALUES (1, 'carl', 'user', 4, 1, '\x556e8f97c9395c99cf2e0b2be3050f18', 'created', '{"username":"carl","display_name":"Carl","password":"eb2a4a46cac0fcccea87e4213058714d"}');
INSERT INTO public.links VALUES (2, 'muster gmbh|muster|09912960', 'phonebook_entry', 7, 1, '\x5d9c6f8aae58e6c9d793bc2381b83b29', 'created', '{"display_name":"Muster GmbH","phone":"09912960","organisation":"Muster","mobile":"0171234567"}');
INSERT INTO public.links VALUES (2, 'taxi||19410', 'phonebook_entry', 8, 1, '\xed6db8205d35b025a1a5de079241f688', 'created', '{"display_name":"Taxi","phone":"19410"}');
INSERT INTO public.links VALUES (3, '801', 'speed_dial', 10, 1, '\x06f07931b5692e8b8d1a18922914d799', 'created', '{"number":"801","destination":"19410","display_name":"Taxi"}');
INSERT INTO public.links VALUES (1, 'ben', 'user', 3, 2, '\x3ea1cfbddc2be83dc6e8b08539e4faa0', 'created', '{"username":"ben","display_name":"Ben Groß","extension":"202","devices":[{"type":"ip_phone","mac":"001122334455","username":"ben","password":"658ca8b86819d6c69c57f0e5159341d9"}]}');
INSERT INTO public.meta VALUES ('salt', '40ac7581f89bf70be9b96ca5ac359019');
INSERT INTO public.meta VALUES ('schema_version', '1');
INSERT INTO public.meta VALUES ('key_check', 'gAAAAABrCwXHXxkHezDV0l8FlDEiEGxOz9LbxdcfMZzxos5HCEr8NFw1GvkcRId0N-pdz7x3TaWW1DaZ3MwdUkAfpxF-y-OjoiIfdao0Hni7o9OWGJzwPE8=');
INSERT INTO public.meta VALUES ('revision', '11');
INSERT INTO public.meta VALUES ('next_object_id', '16');
INSERT INTO public.objects VALUES (2, 'user', 1, 'anna', '{"username":"anna","display_name":"Anna Straße","email":"anna@corp.example","extension":"201","pin":"5d4d269e279cfbd41d1b99e95c9d3271","password":"0ce58056eb567b64676b9551088c2e1b","roles":["admin"]}');
INSERT INTO public.objects VALUES (4, 'user', 1, 'carl', '{"username":"carl","display_name":"Carl","extension":"301","password":"eb2a4a46cac0fcccea87e4213058714d"}');
INSERT INTO public.objects VALUES (7, 'phonebook_entry', 1, 'Muster GmbH', '{"display_name":"Muster GmbH","phone":"09912960","organisation":"Muster","mobile":"0171234567"}');
INSERT INTO public.objects VALUES (8, 'phonebook_entry', 1, 'Taxi', '{"display_name":"Taxi","phone":"19410"}');
INSERT INTO public.objects VALUES (10, 'speed_dial', 1, '801', '{"number":"801","destination":"19410","display_name":"Taxi"}');
INSERT INTO public.objects VALUES (11, 'user', 1, 'reception', '{"username":"reception","display_name":"Reception","extension":"200","pin":"cadb4a221a81196c087351e0e958e85a"}');
INSERT INTO public.objects VALUES (12, 'phonebook_entry', 1, 'Annas Bruder', '{"display_name":"Annas Bruder","phone":"0171999","owner":"anna","labels.family":"yes"}');
INSERT INTO public.objects VALUES (3, 'user', 2, 'ben', '{"username":"ben","display_name":"Ben Groß","email":"ben@hand.example","extension":"202","devices":[{"type":"ip_phone","mac":"001122334455","username":"ben","password":"658ca8b86819d6c69c57f0e5159341d9"}]}');
INSERT INTO public.profiles VALUES (2, 'book', '{"name": "book", "template": "csv_phonebook", "source": {"path": "book.csv"}, "mode": "mirror"}', '{"belongs_to": "4a358f19eb7ffcd1232cb7cd88feaa75040babd58baddcd86d932ba127314f1f", "source": {"source": "48847b43eec769e0", "final_newline": true}, "quiet": true}');
INSERT INTO public.profiles VALUES (3, 'dials', '{"name": "dials", "template": "csv_speed_dials", "source": {"path": "dials.csv"}, "mode": "mirror"}', '{"belongs_to": "f615473c3f780ae824ef2245595823e2a2272d726b39a62a6c25ea21c461abd6", "source": {"source": "1c9841bbf6154b60", "final_newline": true}, "quiet": true}');
INSERT INTO public.profiles VALUES (1, 'staff', '{"name": "staff", "template": "csv_users", "source": {"path": "people.csv"}, "mode": "mirror"}', '{"belongs_to": "01f2536219b421e96d18944f6d2a9134b21df5b37dbd0db43651f2f268db1d9c", "source": {"source": "2fc4194350f46ca5", "final_newline": true}, "quiet": true}');
INSERT INTO public.roles VALUES ('admin');
INSERT INTO public.runs VALUES (1, 'staff', 'mirror', '2026-11-28T16:48:07Z', '2026-11-28T16:48:08Z', 'changed', true, 'sha256:93ceffd386498ddb5b022a5e9ad10b416a1dab22b9edfc4337f37dd8f328d3fe', '{"read": 4, "filtered": 0, "created": 4, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}', '{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO public.runs VALUES (2, 'book', 'mirror', '2026-11-28T16:48:08Z', '2026-11-28T16:48:08Z', 'changed', true, 'sha256:5b9886d7c547ac859a9e9db84302b68276f0c889a3e38f325eb745f2f6a2103f', '{"read": 2, "filtered": 0, "created": 2, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}', '{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO public.runs VALUES (3, 'dials', 'mirror', '2026-11-28T16:48:09Z', '2026-11-28T16:48:09Z', 'changed', true, 'sha256:d9b7c611eb3c0d716893257ae3e3c3cfb91e45af70e35eb5264dc27f225abd23', '{"read": 1, "filtered": 0, "created": 1, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}', '{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO public.runs VALUES (4, NULL, 'manual', '2026-11-28T16:48:09Z', '2026-11-28T16:48:09Z', 'changed', true, '', '{"read": 0, "filtered": 0, "created": 1, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}', '{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO public.runs VALUES (5, NULL, 'manual', '2026-11-28T16:48:09Z', '2026-11-28T16:48:09Z', 'changed', true, '', '{"read": 0, "filtered": 0, "created": 1, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}', '{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO public.runs VALUES (6, NULL, 'manual', '2026-11-28T16:48:10Z', '2026-11-28T16:48:10Z', 'changed', true, '', '{"read": 0, "filtered": 0, "created": 0, "updated": 1, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}', '{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO public.runs VALUES (7, 'staff', 'mirror', '2026-11-28T16:48:10Z', '2026-11-28T16:48:10Z', 'changed', true, 'sha256:a425dc96d019cb2d5e1f081524ee0455557937f587f8f07cb71aade62b6abb0f', '{"read": 3, "filtered": 0, "created": 0, "updated": 0, "unchanged": 3, "removed": 1, "rejected": 0, "conflicts": 0}', '{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO public.settings VALUES ('extension_pool', '{"ranges": ["300-309"], "reserved": ["300"]}');
SELECT pg_catalog.setval('public.profiles_id_seq', 3, true);
SELECT pg_catalog.setval('public.runs_id_seq', 7, true);
ALTER TABLE ONLY public.changes
    ADD CONSTRAINT changes_pkey PRIMARY KEY (run_id, seq);
ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_pkey PRIMARY KEY (object_id, field);
ALTER TABLE ONLY public.identifiers
    ADD CONSTRAINT identifiers_pkey PRIMARY KEY (space, value);
ALTER TABLE ONLY public.labels
    ADD CONSTRAINT labels_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_pkey PRIMARY KEY (profile_id, key, slot);
ALTER TABLE ONLY public.meta
    ADD CONSTRAINT meta_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.objects
    ADD CONSTRAINT objects_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_name_key UNIQUE (name);
ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (name);
CREATE INDEX ix_identifiers_object_id ON public.identifiers USING btree (object_id);
CREATE INDEX ix_links_object_id ON public.links USING btree (object_id);
ALTER TABLE ONLY public.changes
    ADD CONSTRAINT changes_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_object_id_fkey FOREIGN KEY (object_id) REFERENCES public.objects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.identifiers
    ADD CONSTRAINT identifiers_object_id_fkey FOREIGN KEY (object_id) REFERENCES public.objects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_object_id_fkey FOREIGN KEY (object_id) REFERENCES public.objects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.profiles(id) ON DELETE CASCADE;
