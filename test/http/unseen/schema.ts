/**
 * A boarding school for musicians: nothing of it stands anywhere in Fieldguard. Roots renamed, interfaces that implement
 * interfaces, unions, enums with inner values, scalars that throw, lists of lists, non-null wherever it goes.
 */
export const SCHOOL = /* GraphQL */ `
  schema {
    query: RootQuery
    mutation: RootMutation
    subscription: RootFeed
  }

  extend enum Role {
    TUTOR @reach(of: TENANT, declares: [CUSTOMER_SUPPORT, DIRECT_MARKETING])
    NURSE @reach(of: ASSIGNED, declares: [CUSTOMER_SUPPORT], external: true)
    REGISTRAR @reach(of: ALL, declares: [ACCOUNT_MANAGEMENT])
  }

  scalar JSON
  scalar Date
  scalar Moment
  scalar Cents

  enum Mood {
    GLAD
    SAD
    ZERO
  }

  enum Sort {
    NAME @probes(field: "fullName")
    KEY
  }

  interface Entity {
    key: Int!
  }

  interface Human implements Entity @subject(id: "key", tenant: "house", birthDate: "born") {
    key: Int!
    house: ID!
    born: Date
    fullName: String! @sensitive(category: PERSON_NAME)
    mail: [String] @sensitive(category: EMAIL_ADDRESS)
    friends: [Human!]!
    best: Human
  }

  type Pupil implements Human & Entity
    @purpose(allow: [ACCOUNT_MANAGEMENT], to: [REGISTRAR])
    @purpose(allow: [CUSTOMER_SUPPORT, DIRECT_MARKETING], to: [TUTOR])
    @purpose(allow: [CUSTOMER_SUPPORT], to: [NURSE], assigned: "clinic")
    @purpose(allow: [SELF_SERVICE], to: [CUSTOMER])
    @consent(for: [DIRECT_MARKETING]) {
    key: Int!
    house: ID!
    born: Date
    clinic: ID
    fullName: String! @sensitive(category: PERSON_NAME)
    mail: [String] @sensitive(category: EMAIL_ADDRESS)
    nick: String! @sensitive(category: PERSON_NAME)
    joined: Date! @sensitive(category: DATE_OF_BIRTH)
    seen: Moment @sensitive(category: DATE_OF_BIRTH)
    debt: Cents! @sensitive(category: FINANCIAL_PROFILE, mask: BUCKET, otherwise: MASK)
    siblings: Int! @sensitive(category: SOCIAL_RELATION, mask: BUCKET, otherwise: MASK)
    marks: [[Int!]!]! @sensitive(category: DEMOGRAPHIC, mask: BUCKET, otherwise: MASK)
    resident: Boolean! @sensitive(category: DEMOGRAPHIC)
    mood: Mood @sensitive(category: HEALTH)
    diet: JSON @sensitive(category: HEALTH)
    tutor: Teacher!
    friends: [Human!]!
    best: Pupil
    lessons: [Lesson!]!
    report(term: Int! = 1, in: Style = { loud: false }): Report!
    locker: Locker @sensitive(category: ACCOUNT_IDENTIFIER, otherwise: DENY)
    plain: String!
    odd: Int
  }

  type Teacher implements Human & Entity @purpose(allow: [ACCOUNT_MANAGEMENT], to: [REGISTRAR]) {
    key: Int!
    house: ID!
    born: Date
    fullName: String! @sensitive(category: PERSON_NAME)
    mail: [String] @sensitive(category: EMAIL_ADDRESS)
    friends: [Human!]!
    best: Teacher
    desk: Room!
  }

  "Belongs to whom it is reached through."
  type Lesson @purpose(allow: [CUSTOMER_SUPPORT], to: [TUTOR]) @purpose(allow: [ACCOUNT_MANAGEMENT], to: [REGISTRAR]) {
    at: Moment!
    title: String!
    note: String! @sensitive(category: COMMUNICATION_CONTENT)
    room: Room
  }

  type Report {
    term: Int!
    loud: Boolean!
    grades: [[Grade]!]!
  }

  type Grade @purpose(allow: [CUSTOMER_SUPPORT], to: [TUTOR]) @purpose(allow: [ACCOUNT_MANAGEMENT], to: [REGISTRAR]) {
    subject: String!
    points: Int! @sensitive(category: PROFILE_INFERENCE)
  }

  type Locker {
    code: String!
  }

  type Room implements Entity {
    key: Int!
    seats: [[Seat]!]
    size: Int!
  }

  type Seat {
    label: String
    taken: Boolean!
    by: Human
  }

  union Found = Pupil | Teacher | Room

  input Style {
    loud: Boolean! = true
    since: Date
  }

  type RootQuery {
    pupil(key: Int!): Pupil
    everyone(sort: Sort = KEY): [Human!]!
    entity(key: Int!): Entity
    find(text: String! @probes(field: "Pupil.fullName")): [Found]!
    found(keys: [Int!]! = [0, 7]): [Found]!
    rooms: [Room!]!
    echo(date: Date, json: JSON, mood: Mood = GLAD, list: [[Int]]): JSON
    moods: [[Mood!]!]!
    nothing: Int
    zero: Int!
    empty: String!
    no: Boolean!
    strict: Strict
  }

  "Non-null all the way up: one null at the bottom takes it all."
  type Strict {
    a: Strict2!
    beside: Int!
  }

  type Strict2 {
    list: [Strict3!]!
  }

  type Strict3 {
    value: Int!
  }

  type RootMutation {
    rename(key: Int!, to: String!): Pupil!
    enrol(style: Style!): Enrolled!
  }

  type Enrolled {
    ok: Boolean!
    pupil: Pupil!
    others: [Found!]!
  }

  type RootFeed {
    renamed: Pupil!
  }
`;
