import type { ConsentForm, LegalBasis } from "./model.ts";

/**
 * The default vocabulary in the words of others, so that exports, reports and receipts can be read without ours.
 * Checked against fideslang 3 and the Data Privacy Vocabulary 2.3. Terms that an integrator adds have no entry here.
 */

export const DPV = "https://w3id.org/dpv#";
export const DPV_PERSONAL_DATA = "https://w3id.org/dpv/pd#";

export interface CategoryStandards {
  /** Keys of fideslang data categories. */
  readonly fideslang: readonly string[];
  /** Terms of the DPV extension for personal data (`DPV_PERSONAL_DATA`). */
  readonly dpv: readonly string[];
}

export const CATEGORY_STANDARDS: Readonly<Record<string, CategoryStandards>> = {
  PERSON_NAME: { fideslang: ["user.name"], dpv: ["Name"] },
  EMAIL_ADDRESS: { fideslang: ["user.contact.email"], dpv: ["EmailAddress"] },
  PHONE_NUMBER: { fideslang: ["user.contact.phone_number"], dpv: ["TelephoneNumber"] },
  POSTAL_ADDRESS: { fideslang: ["user.contact.address"], dpv: ["PhysicalAddress"] },
  COARSE_LOCATION: { fideslang: ["user.location.imprecise"], dpv: ["City", "PostalCode", "Region"] },
  PRECISE_LOCATION: { fideslang: ["user.location.precise"], dpv: ["GPSCoordinate"] },
  GOVERNMENT_ID: { fideslang: ["user.government_id"], dpv: ["OfficialID", "Passport"] },
  DATE_OF_BIRTH: { fideslang: ["user.demographic.date_of_birth"], dpv: ["BirthDate"] },
  DEMOGRAPHIC: { fideslang: ["user.demographic"], dpv: ["Demographic", "Gender"] },
  PAYMENT_CARD: { fideslang: ["user.financial.credit_card"], dpv: ["PaymentCardNumber", "PaymentCardExpiry"] },
  BANK_ACCOUNT: { fideslang: ["user.financial.bank_account"], dpv: ["BankAccount"] },
  FINANCIAL_PROFILE: { fideslang: ["user.financial"], dpv: ["CreditWorthiness", "Income", "Tax"] },
  PURCHASE_HISTORY: { fideslang: ["user.behavior.purchase_history"], dpv: ["Purchase", "Transaction"] },
  BROWSING_BEHAVIOR: { fideslang: ["user.behavior.browsing_history"], dpv: ["BrowsingBehaviour"] },
  COMMUNICATION_CONTENT: { fideslang: ["user.content.private"], dpv: ["Communication"] },
  IMAGE_OR_VOICE: { fideslang: ["user.content.self_image"], dpv: ["Picture", "VoiceCommunicationRecording"] },
  ACCOUNT_IDENTIFIER: { fideslang: ["user.unique_id", "user.account.username"], dpv: ["UID", "Username"] },
  CREDENTIAL: { fideslang: ["user.authorization.credentials"], dpv: ["Password", "PINCode"] },
  DEVICE_IDENTIFIER: { fideslang: ["user.device.device_id"], dpv: ["DeviceBased"] },
  IP_ADDRESS: { fideslang: ["user.device.ip_address"], dpv: ["IPAddress"] },
  PROFILE_INFERENCE: { fideslang: ["user.demographic.profile"], dpv: ["Profile", "Preference"] },
  SOCIAL_RELATION: { fideslang: ["user.social"], dpv: ["SocialNetwork", "Relationship"] },
  PRIVACY_PREFERENCE: { fideslang: ["user.privacy_preferences"], dpv: ["PrivacyPreference"] },
  HEALTH: { fideslang: ["user.health_and_medical"], dpv: ["MedicalHealth"] },
  BIOMETRIC: { fideslang: ["user.biometric"], dpv: ["Biometric"] },
  BELIEF_OR_IDENTITY: {
    fideslang: [
      "user.demographic.religious_belief",
      "user.demographic.political_opinion",
      "user.demographic.race_ethnicity",
      "user.demographic.sexual_orientation",
    ],
    dpv: ["ReligiousBelief", "PoliticalAffiliation", "Ethnicity", "SexualPreference"],
  },
};

export interface PurposeStandards {
  /** Keys of fideslang data uses. */
  readonly fideslang: readonly string[];
  /** Terms of DPV's purposes (`DPV`), the nearest there are. */
  readonly dpv: readonly string[];
}

export const PURPOSE_STANDARDS: Readonly<Record<string, PurposeStandards>> = {
  ORDER_FULFILMENT: { fideslang: ["essential.service"], dpv: ["CustomerOrderManagement"] },
  DELIVERY: { fideslang: ["essential.service"], dpv: ["DeliveryOfGoods"] },
  PAYMENT_PROCESSING: { fideslang: ["essential.service.payment_processing"], dpv: ["PaymentManagement"] },
  ACCOUNT_MANAGEMENT: { fideslang: ["essential.service.operations"], dpv: ["AccountManagement"] },
  CUSTOMER_SUPPORT: { fideslang: ["essential.service.operations.support"], dpv: ["CustomerCare"] },
  RETURNS_AND_DISPUTES: { fideslang: ["essential.service.operations.support"], dpv: ["DisputeManagement"] },
  SERVICE_NOTIFICATION: { fideslang: ["essential.service.notifications"], dpv: ["CommunicationForCustomerCare"] },
  SELF_SERVICE: { fideslang: ["essential.service"], dpv: ["RequestedServiceProvision"] },
  CUSTOMS_CLEARANCE: { fideslang: ["essential.legal_obligation"], dpv: ["DeliveryOfGoods", "LegalCompliance"] },
  LEGAL_COMPLIANCE: { fideslang: ["essential.legal_obligation"], dpv: ["LegalCompliance"] },
  SECURITY_OPERATIONS: { fideslang: ["essential.service.security"], dpv: ["EnforceSecurity"] },
  FINANCE_AND_TAX: { fideslang: ["finance"], dpv: ["FulfilmentOfObligation"] },
  RIGHTS_FULFILMENT: { fideslang: ["essential.legal_obligation"], dpv: ["RightsFulfilment"] },
  FRAUD_PREVENTION: { fideslang: ["essential.fraud_detection"], dpv: ["FraudPreventionAndDetection"] },
  // DPV knows vital interest as a legal basis only; its purpose is the broadest there is
  EMERGENCY: { fideslang: ["essential"], dpv: ["Purpose"] },
  ANALYTICS: { fideslang: ["analytics"], dpv: ["ServiceUsageAnalytics"] },
  PRODUCT_IMPROVEMENT: { fideslang: ["functional.service.improve"], dpv: ["ImproveExistingProductsAndServices"] },
  PERSONALIZATION: { fideslang: ["personalize"], dpv: ["Personalisation"] },
  DIRECT_MARKETING: { fideslang: ["marketing.communications"], dpv: ["DirectMarketing"] },
  TARGETED_ADVERTISING: { fideslang: ["marketing.advertising.first_party.targeted"], dpv: ["TargetedAdvertising"] },
  THIRD_PARTY_SHARING: { fideslang: ["third_party_sharing"], dpv: ["CommercialPurpose"] },
};

/** DPV's legal bases; null for what only PIPL 13(6) knows. */
export const LEGAL_BASIS_DPV: Readonly<Record<LegalBasis, string | null>> = {
  CONSENT: "Consent",
  CONTRACT: "Contract",
  LEGAL_OBLIGATION: "LegalObligation",
  VITAL_INTEREST: "VitalInterest",
  PUBLIC_INTEREST: "PublicInterest",
  LEGITIMATE_INTEREST: "LegitimateInterest",
  PUBLICLY_AVAILABLE: null,
};

/** DPV's states of consent, one to one (ISO/IEC TS 27560). */
export const CONSENT_STATE_DPV: Readonly<Record<string, string>> = {
  UNKNOWN: "ConsentUnknown",
  REQUESTED: "ConsentRequested",
  DEFERRED: "ConsentRequestDeferred",
  REFUSED: "ConsentRefused",
  GIVEN: "ConsentGiven",
  RENEWED: "RenewedConsentGiven",
  WITHDRAWN: "ConsentWithdrawn",
  REVOKED: "ConsentRevoked",
  EXPIRED: "ConsentExpired",
  INVALIDATED: "ConsentInvalidated",
};

/** DPV's types of consent; the two last are told apart by Chinese law and are explicit consents to DPV. */
export const CONSENT_FORM_DPV: Readonly<Record<ConsentForm, string>> = {
  IMPLIED: "ImpliedConsent",
  EXPRESSED: "ExpressedConsent",
  EXPLICIT: "ExplicitlyExpressedConsent",
  SEPARATE: "ExplicitlyExpressedConsent",
  WRITTEN: "ExplicitlyExpressedConsent",
};
